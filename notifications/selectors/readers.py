"""Who looks after something: its people, the leads of its team, the managers of the house."""

from collections import defaultdict

from people.choices import Role
from people.models import Membership, Team, TeamMembership


class Responsible:
    """The people of one organization by what they are responsible for. Four queries, then none."""

    def __init__(self, organization_id: int) -> None:
        here = Membership.objects.filter(
            organization_id=organization_id, is_active=True, user__is_active=True
        )
        self._roles: dict[int, str] = dict(here.values_list("pk", "role"))
        self._parents = dict(
            Team.objects.filter(organization_id=organization_id).values_list("pk", "parent_id")
        )
        self._leads: dict[int, set[int]] = defaultdict(set)
        self._teams: dict[int, list[int]] = defaultdict(list)
        places = TeamMembership.objects.filter(team__organization_id=organization_id).order_by("id")
        for team_id, membership_id, is_lead in places.values_list("team_id", "membership_id", "is_lead"):
            self._teams[membership_id].append(team_id)
            if is_lead and membership_id in self._roles:
                self._leads[team_id].add(membership_id)

    def is_here(self, membership_id: int | None) -> bool:
        """Whether this is an active member."""
        return membership_id in self._roles

    def leads(self, team_id: int | None, *, besides: int | None = None) -> set[int]:
        """The leads of the team, or of the nearest team above it that has any, without `besides`.

        Without a team, those of the first team that `besides` is on.
        """
        if team_id is None and besides is not None:
            team_id = next(iter(self._teams[besides]), None)
        seen: set[int] = set()
        while team_id is not None and team_id not in seen:
            seen.add(team_id)
            found = self._leads[team_id] - {besides}
            if found:
                return found
            team_id = self._parents.get(team_id)
        return set()

    def managers(self) -> set[int]:
        """The managers, or the administrators where there are none."""
        return self._with_role(Role.MANAGER) or self._with_role(Role.ADMIN)

    def administrators(self) -> set[int]:
        """The administrators."""
        return self._with_role(Role.ADMIN)

    def answering(self, person_id: int | None, team_id: int | None) -> set[int]:
        """The person; for what nobody has, or somebody who has left, the team's leads, or else the managers."""
        if person_id is not None and self.is_here(person_id):
            return {person_id}
        return self.leads(team_id, besides=person_id) or self.managers()

    def _with_role(self, role: Role) -> set[int]:
        return {pk for pk, held in self._roles.items() if held == role}
