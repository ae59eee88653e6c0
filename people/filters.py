"""What the filters of lists share: whose list it is, and finding a row by its number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import django_filters
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

from people.choices import Role
from people.models import Membership, Team
from people.selectors import ids_with_parts, teams

Row = TypeVar("Row", bound=Model)
EVERY_TEAM = "all"


def reader(request: HttpRequest | None) -> Membership:
    """The member whose request it is."""
    membership: Membership = request.membership  # type: ignore[union-attr] # set by the door of page or API
    return membership


def rows_of(model: type[Row], selector: Callable[[Membership], QuerySet[Row]]) -> Any:
    """The reader's `selector` rows as a filter's choices; none where no request is, as for the schema."""

    def choices(request: HttpRequest | None) -> QuerySet[Row]:
        return selector(reader(request)) if request else model._default_manager.none()

    return choices  # django-filter documents callables; its stubs know only querysets


def numbered(words: str) -> Q:
    """Rows whose number, with or without a #, or whose id in their source is exactly `words`."""
    number = words.removeprefix("#")
    is_number = number.isascii() and number.isdecimal()
    return Q(external_id=words) | Q(pk=int(number)) if is_number else Q(external_id=words)


class TeamFilterWithParts(django_filters.ModelChoiceFilter):
    """A team means it and its parts, as it does on Home; the null value finds what no team has."""

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows of the team and of all teams below it."""
        if not isinstance(value, Team):
            return super().filter(rows, value)
        return rows.filter(**{f"{self.field_name}_id__in": ids_with_parts(value.pk)})


class OfEveryTeam(django_filters.FilterSet):
    """A filter of a page, to which `team=all` is no narrowing."""

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and data.get("team") == EVERY_TEAM:
            data = data.copy()
            data["team"] = ""
        super().__init__(data, *args, **kwargs)


def usual_team(actor: Membership) -> str:
    """The team of a page's list where its address names none: the reader's home team, or every one. No query."""
    return str(actor.home_team_id or EVERY_TEAM)


def with_team(query: QueryDict, actor: Membership) -> QueryDict:
    """The address of a page's list with the team that it shows; an empty one, as forms send it, is every team."""
    told = query.copy()
    if not told.get("team"):
        told["team"] = EVERY_TEAM if "team" in told else usual_team(actor)
    return told


@dataclass(frozen=True, slots=True)
class ShownTeam:
    """The team that a page's list shows, and the same list of every team, or of the reader's home team again."""

    team: Team | None
    home_team: Team | None
    every_url: str
    home_url: str


def shown_team(narrowed: django_filters.FilterSet, path: str, query: Mapping[str, str]) -> ShownTeam | None:
    """What a page says about the team of its list; nothing where the reader sees every one, as they usually do."""
    actor = reader(narrowed.request)
    team = narrowed.form.cleaned_data.get("team") if narrowed.is_valid() else None
    is_narrowed = isinstance(team, Team)
    if not is_narrowed and (team or actor.home_team is None):
        return None
    kept = {name: value for name, value in query.items() if name not in ("team", "page")}
    return ShownTeam(
        team=team if is_narrowed else None,
        home_team=actor.home_team,
        every_url=f"{path}?{urlencode({**kept, 'team': EVERY_TEAM})}",
        home_url=path + (f"?{urlencode(kept)}" if kept else ""),
    )


class WorkFilter(django_filters.FilterSet):
    """A filter of work that members are assigned to: `assignee=me` is the reader."""

    def __init__(
        self, data: QueryDict | None = None, *args: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        if data is not None and request is not None and data.get("assignee") == "me":
            data = data.copy()
            data["assignee"] = str(reader(request).pk)
        super().__init__(data, *args, request=request, **kwargs)


class MemberFilter(django_filters.FilterSet):
    """By role, team, whether they are still here, and words in name or address. Unknown values are refused."""

    q = django_filters.CharFilter(method="search", max_length=200)
    role = django_filters.ChoiceFilter(choices=Role.choices)
    team = django_filters.ModelChoiceFilter(field_name="places__team", queryset=rows_of(Team, teams))
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = Membership
        fields: list[str] = []

    def search(self, members: QuerySet[Membership], name: str, value: str) -> QuerySet[Membership]:
        """Name or e-mail address holds the words."""
        return members.filter(Q(user__name__icontains=value) | Q(user__email__icontains=value))


class TeamFilter(django_filters.FilterSet):
    """By the team above; `parent=none` finds the top of the tree. Unknown values are refused."""

    parent = django_filters.ModelChoiceFilter(
        queryset=rows_of(Team, teams), null_label="none", null_value="none"
    )

    class Meta:
        model = Team
        fields: list[str] = []
