"""Which column feeds which field, and how its cells are written: from a YAML or JSON file and from flags."""

import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from django.utils.translation import gettext as _

from common.importing.errors import InvalidMapping

TEXT_KEYS = ("source", "time_zone", "delimiter", "encoding")
KEYS = (*TEXT_KEYS, "columns", "constants", "values", "date_formats", "events", "metrics")
EVENT_KEYS = ("case", "at", "status")


@dataclass(frozen=True, slots=True)
class MetricToCreate:
    """A metric that the import may create where it is missing."""

    key: str
    unit: str = "count"
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class EventColumns:
    """For logs whose rows are events: the columns of the case, of the time and of the status reached."""

    case: str
    at: str
    status: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """The importer's field names on the left; the file's columns, constants and values on the right."""

    columns: MappingOf[str, str] = field(default_factory=dict)
    constants: MappingOf[str, str] = field(default_factory=dict)
    values: MappingOf[str, MappingOf[str, str]] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    time_zone: str = ""
    source: str = ""
    delimiter: str = ""
    encoding: str = ""
    events: EventColumns | None = None
    metrics: tuple[MetricToCreate, ...] = ()

    def with_flags(self, *, columns: MappingOf[str, str], **flags: Any) -> "Mapping":
        """The same mapping with what was given on the command line in place of what the file says."""
        given = {name: value for name, value in flags.items() if value}
        return replace(self, columns={**self.columns, **columns}, **given)

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """The zone of times without an offset. Refuses an unknown name."""
        if not self.time_zone:
            return default
        try:
            return ZoneInfo(self.time_zone)
        except (ValueError, OSError, ZoneInfoNotFoundError) as error:
            raise InvalidMapping(_("There is no time zone “%(name)s”.") % {"name": self.time_zone}) from error


def load_mapping(path: Path) -> Mapping:
    """The mapping written in a YAML or JSON file. Refuses keys it does not know."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InvalidMapping(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path.name, "reason": _first_line(error)}
        ) from error
    if not isinstance(content, dict):
        raise InvalidMapping(_("%(path)s must hold a mapping of names to values.") % {"path": path.name})
    _refuse_unknown(content, KEYS, path.name)
    texts = {key: _text(content.get(key, ""), key) for key in TEXT_KEYS}
    return Mapping(
        source=texts["source"],
        time_zone=texts["time_zone"],
        delimiter=texts["delimiter"],
        encoding=texts["encoding"],
        columns=_texts(content.get("columns", {}), "columns"),
        constants=_texts(content.get("constants", {}), "constants"),
        values={name: _texts(pairs, f"values.{name}") for name, pairs in _table(content, "values").items()},
        date_formats=tuple(_text(item, "date_formats") for item in _list(content, "date_formats")),
        events=_events(content.get("events")),
        metrics=tuple(_metric(item) for item in _list(content, "metrics")),
    )


def _events(content: object) -> EventColumns | None:
    if content is None:
        return None
    texts = _texts(content, "events")
    _refuse_unknown(texts, EVENT_KEYS, "events")
    if missing := [key for key in EVENT_KEYS if key not in texts]:
        raise InvalidMapping(_("“%(place)s” does not say: %(names)s.") % _place("events", missing))
    return EventColumns(**texts)


def _metric(content: object) -> MetricToCreate:
    texts = _texts(content, "metrics")
    _refuse_unknown(texts, ("key", "unit", "name_en", "name_zh"), "metrics")
    if "key" not in texts:
        raise InvalidMapping(_("“%(place)s” does not say: %(names)s.") % _place("metrics", ["key"]))
    return MetricToCreate(**texts)


def _refuse_unknown(content: MappingOf[Any, Any], known: Sequence[str], place: str) -> None:
    if unknown := [str(key) for key in content if key not in known]:
        raise InvalidMapping(
            _("“%(place)s” holds the unknown name %(names)s. Known are: %(known)s.")
            % {**_place(place, unknown), "known": ", ".join(known)}
        )


def _texts(content: object, place: str) -> dict[str, str]:
    if not isinstance(content, dict):
        raise InvalidMapping(_("“%(place)s” must hold a mapping of names to values.") % {"place": place})
    return {_text(key, place): _text(value, place) for key, value in content.items()}


def _text(value: object, place: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise InvalidMapping(
        _("“%(place)s” holds %(value)s, which is not a text. Put it in quotes.")
        % {"place": place, "value": value}
    )


def _table(content: MappingOf[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key) or {}
    if not isinstance(value, dict):
        raise InvalidMapping(_("“%(place)s” must hold a mapping of names to values.") % {"place": key})
    return value


def _list(content: MappingOf[str, Any], key: str) -> list[Any]:
    value = content.get(key) or []
    if not isinstance(value, list):
        raise InvalidMapping(_("“%(place)s” must hold a list.") % {"place": key})
    return value


def _place(place: str, names: Sequence[str]) -> dict[str, str]:
    return {"place": place, "names": ", ".join(names)}


def _first_line(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return " ".join(str(error).split())[:200]
