"""Organizations, the people in them, their teams, how they sign in, and their API tokens."""

from people.models.accounts import User, UserManager
from people.models.drafts import Draft
from people.models.invitations import Invitation
from people.models.organizations import CustomRole, Membership, Organization, Team, TeamMembership
from people.models.signing_in import AccountMail, SignInAttempt
from people.models.tokens import ApiToken, IdempotentRequest

__all__ = [
    "AccountMail",
    "ApiToken",
    "CustomRole",
    "Draft",
    "IdempotentRequest",
    "Invitation",
    "Membership",
    "Organization",
    "SignInAttempt",
    "Team",
    "TeamMembership",
    "User",
    "UserManager",
]
