"""Organizations, the people in them, their teams, how they sign in, and their API tokens."""

from people.models.accounts import User, UserManager
from people.models.organizations import Membership, Organization, Team, TeamMembership
from people.models.tokens import ApiToken, IdempotentRequest

__all__ = [
    "ApiToken",
    "IdempotentRequest",
    "Membership",
    "Organization",
    "Team",
    "TeamMembership",
    "User",
    "UserManager",
]
