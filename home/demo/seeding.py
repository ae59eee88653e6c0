"""The demo organization, all or nothing: seeded rows, stored by the same bulk services as an import."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet

from feedback import services as feedback
from feedback.models import FeedbackItem, Survey, Theme
from feedback.services import ItemRow
from home.demo.credentials import Credentials, SignIn, new_password
from home.demo.desks import Stored, checklists, desk_rows, time_spent, with_replies_owed
from home.demo.feedback import Staff, feedback_rows, orders_on, with_reopenings
from home.demo.goals import GoalMaker, make_goals
from home.demo.loyalty import cohorts
from home.demo.past_goals import make_past_goals
from home.demo.people import EVERYBODY, ORGANIZATION, PROJECTS, SUPPORT, TEAMS, Person
from home.demo.surveys import (
    AFTER_SERVICE,
    EASE,
    RECOMMENDATION,
    SURVEYS,
    ease_rows,
    invitation_rows,
    recommendation_rows,
    response_rows,
)
from home.demo.themes import THEMES
from home.demo.work import Places, Work, work_of
from home.demo.year import Year
from kpis import services as kpis
from kpis.models import Kpi
from kpis.services import MeasurementRow
from people import services as people
from people.choices import Role, Scope
from people.models import Membership, Organization, Team
from tasks import services as tasks
from tasks.models import Project, Step, Task, TimeEntry
from tasks.services import TaskRow

SOURCE = "demo"
BATCH = 1_000
Row = TypeVar("Row")


class Watch(Protocol):
    """Hears how far the filling is."""

    def start(self, what: str, total: int) -> None: ...
    def advance(self, rows: int) -> None: ...


# The KPIs that the lead of customer support answers for.
ANSWERED_FOR = ("first-response-time", "csat", "complaint-rate", "on-time-rate")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to fill: how long, from which seed, and when it ends."""

    now: datetime
    seed: int
    months: int

    @property
    def year(self) -> Year:
        """The calendar of the demo."""
        return Year(self.now, ZoneInfo(ORGANIZATION["time_zone"]), self.months)

    def chance(self, part: str) -> Random:
        """A stream of chance for one part, so that a change in one part leaves the others as they are."""
        return Random(f"{self.seed}:{part}")  # noqa: S311 - a demo, not a secret


def existing_demo() -> Organization | None:
    """The demo organization, where it has been made."""
    return Organization.objects.filter(slug=ORGANIZATION["slug"]).first()


def fill(plan: Plan, watch: Watch, credentials_path: Path | None = None) -> Credentials:
    """The demo is there, with every KPI computed; interrupted, it is there whole or not at all."""
    kpis.make_months(plan.year.days[0] - timedelta(days=1), plan.year.today)
    with transaction.atomic():
        credentials = _Filling(plan, watch).run()
        if credentials_path is not None:
            credentials.write(credentials_path)
    watch.start("KPIs", 1)
    kpis.recompute_all_dirty()
    with connection.cursor() as cursor:
        # The planner knows nothing of full tables that were empty a moment ago; autovacuum would tell it too late.
        cursor.execute("ANALYZE")
    watch.advance(1)
    return credentials


class _Filling:
    """One filling, step by step; every step needs those before it."""

    def __init__(self, plan: Plan, watch: Watch) -> None:
        self._plan, self._watch, self._year = plan, watch, plan.year
        self._organization = people.create_organization(**ORGANIZATION, is_demo=True)
        self._people: dict[Person, Membership] = {}

    def run(self) -> Credentials:
        """All rows of the demo, in the caller's transaction."""
        organization_id = self._organization.pk
        self._watch.start("people", len(EVERYBODY))
        staff, users = self._hire()
        kpis.install_library(organization_id)
        self._make_themes()
        goals = self._make_goals(staff)
        self._store_orders()
        self._store_cohorts()
        items = feedback_rows(self._year, self._plan.chance("feedback"), staff)
        items = with_reopenings(self._year, self._plan.chance("reopenings"), items)
        items = with_replies_owed(items, self._member_ids(), staff)
        for of_items in self._batches("feedback", items):
            feedback.import_items(organization_id, SOURCE, of_items)
        places = Places(staff, self._make_projects(staff), goals)
        work = work_of(self._year, self._plan.chance("tasks"), places, items)
        rows = [*work.rows, *desk_rows(self._year, self._member_ids(), places)]
        for of_tasks in self._batches("tasks", rows):
            tasks.import_tasks(organization_id, SOURCE, of_tasks)
        task_ids = _ids_by_external_id(Task.objects.filter(organization=self._organization))
        self._link(work, task_ids)
        self._cover_desks(rows, task_ids)
        self._store_answers(staff, items)
        return Credentials(users, self._token())

    def _hire(self) -> tuple[Staff, list[SignIn]]:
        teams = {
            key: Team.objects.create(organization=self._organization, name_en=name_en, name_zh=name_zh)
            for key, (name_en, name_zh) in TEAMS.items()
        }
        users = [self._hire_one(person, teams) for person in EVERYBODY]
        members: dict[str, list[int]] = defaultdict(list)
        for person, membership in self._people.items():
            if person.role != Role.VIEWER:
                members[person.team].append(membership.pk)
        places: dict[str, int | None] = {key: team.pk for key, team in teams.items()}
        staff = Staff(places, dict(members))
        return staff, [user for user in users if user is not None]

    def _hire_one(self, person: Person, teams: dict[str, Team]) -> SignIn | None:
        password = new_password() if person.signs_in else None
        self._people[person] = people.add_member(
            organization=self._organization,
            email=person.email,
            name=person.name,
            role=person.role,
            password=password,
            language=person.language,
            teams={teams[person.team]: person.leads},
        )
        self._watch.advance(1)
        return SignIn(person.email, password, person.role, person.language) if password else None

    def _make_themes(self) -> None:
        Theme.objects.bulk_create(
            Theme(
                organization=self._organization, key=theme.key, name_en=theme.name_en, name_zh=theme.name_zh
            )
            for theme in THEMES
        )

    def _make_projects(self, staff: Staff) -> dict[str, int | None]:
        projects = Project.objects.bulk_create(
            Project(
                organization=self._organization,
                key=key,
                name_en=name_en,
                name_zh=name_zh,
                team_id=staff.teams[team],
            )
            for team, (key, name_en, name_zh) in PROJECTS.items()
        )
        return {team: project.pk for team, project in zip(PROJECTS, projects, strict=True)}

    def _make_goals(self, staff: Staff) -> dict[str, int | None]:
        owners = {person.team: membership for person, membership in self._people.items() if person.leads}
        kpis.choose_kpis(owners[SUPPORT], ANSWERED_FOR)
        kpi_ids = dict(Kpi.objects.filter(organization=self._organization).values_list("key", "pk"))
        maker = GoalMaker(self._year, self._plan.chance("goals"), owners, staff.teams, kpi_ids)
        goals = make_goals(maker)
        make_past_goals(maker)
        return {**goals}

    def _store_orders(self) -> None:
        chance = self._plan.chance("orders")
        rows = [
            MeasurementRow(
                source_key=f"{SOURCE}:{day}",
                occurred_at=min(self._year.at(day, 23.5), self._year.now),
                value=Decimal(orders_on(self._year, day, chance)),
            )
            for day in self._year.days
        ]
        for batch in self._batches("orders", rows):
            kpis.import_measurements(self._organization.pk, "orders.completed", batch)

    def _store_cohorts(self) -> None:
        rows = cohorts(self._year, self._plan.chance("loyalty"))
        for metric, values in (
            ("customers.at_start", [row.customers for row in rows]),
            ("customers.retained", [row.stayed for row in rows]),
        ):
            facts = [
                MeasurementRow(f"{SOURCE}:{row.at:%Y-%m-%d}", row.at, Decimal(value))
                for row, value in zip(rows, values, strict=True)
            ]
            kpis.import_measurements(self._organization.pk, metric, facts)

    def _member_ids(self) -> dict[Person, int]:
        return {person: membership.pk for person, membership in self._people.items()}

    def _cover_desks(self, rows: list[TaskRow], task_ids: dict[str, int]) -> None:
        stored = Stored(self._year, self._organization.pk, self._member_ids(), task_ids)
        chance = self._plan.chance("desks")
        Step.objects.bulk_create(checklists(stored, chance, rows))
        TimeEntry.objects.bulk_create(time_spent(stored, chance, rows))

    def _link(self, work: Work, task_ids: dict[str, int]) -> None:
        lead = next(membership for person, membership in self._people.items() if person.leads)
        item_ids = _ids_by_external_id(FeedbackItem.objects.filter(organization=self._organization))
        pairs = [(task, item) for task, items in work.links.items() for item in items]
        self._watch.start("links", len(pairs))
        for task, item in pairs:
            feedback.link_task(by=lead, item_id=item_ids[item], task_id=task_ids[task])
            self._watch.advance(1)

    def _store_answers(self, staff: Staff, items: list[ItemRow]) -> None:
        organization_id, year, chance = self._organization.pk, self._year, self._plan.chance
        for survey in SURVEYS:
            Survey.objects.create(organization=self._organization, **survey)
        for asked in self._batches("invited", invitation_rows(year, items)):
            feedback.record_invitations(organization_id, SOURCE, AFTER_SERVICE, asked)
        for key, rows in (
            (AFTER_SERVICE, response_rows(year, chance("surveys"), staff, items)),
            (EASE, ease_rows(year, chance("ease"), items)),
            (RECOMMENDATION, recommendation_rows(year, chance("recommendation"))),
        ):
            for batch in self._batches("answers", rows):
                feedback.import_responses(organization_id, SOURCE, key, batch)

    def _token(self) -> str:
        manager = next(
            membership
            for person, membership in self._people.items()
            if person.signs_in and person.role == Role.MANAGER
        )
        _token, secret = people.create_token(by=manager, name="Demo", scopes=list(Scope))
        return secret

    def _batches(self, what: str, rows: Sequence[Row]) -> Iterator[list[Row]]:
        self._watch.start(what, len(rows))
        following = iter(rows)
        while batch := list(islice(following, BATCH)):
            yield batch
            self._watch.advance(len(batch))


def _ids_by_external_id(rows: QuerySet[Any]) -> dict[str, int]:
    return dict(rows.values_list("external_id", "pk"))
