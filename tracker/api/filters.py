"""Parameters of lists: their names, schemas and meanings, and reading them from an address. Nothing is ever ignored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from tracker import validation
from tracker.api.columns import Schema, schema_of
from tracker.claims.enums import Outcome, Stance, Status
from tracker.errors import N_, Invalid
from tracker.pagination import ID_MAX, read_id

LIMIT_MAX: Final = 200
LIMIT_DEFAULT: Final = 50
QUERY_MAX: Final = 400
UNKNOWN: Final = N_("There is no such parameter here.")
_UNUSABLE: Final = N_("This is not a usable value.")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")

Read = Callable[[str, str, ZoneInfo], Any]  # text, name, the newsroom's zone


@dataclass(frozen=True)
class Filter:
    """One parameter of a list."""

    schema: Schema
    read: Read
    meaning: tuple[str, str]  # English, French
    example: str = ""


def _read_id(text: str, name: str, _zone: ZoneInfo) -> int:
    found = read_id(text)
    if found is None:
        raise Invalid(_UNUSABLE, field=name)
    return found


def read_day(text: str, name: str, _zone: ZoneInfo | None = None) -> date:
    """The day of a parameter or field, written as year-month-day. Raises Invalid."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise Invalid(N_("Give a day as year-month-day."), field=name)
    return found


def _read_moment(text: str, name: str, zone: ZoneInfo) -> datetime:
    """A moment with its offset, or a day of the newsroom, of which the first moment counts."""
    try:
        found = datetime.fromisoformat(text)
        is_day = len(text) == len("2024-01-01")
        if found.tzinfo is None and not is_day:
            raise ValueError
        moment = datetime.combine(found.date(), time(), zone) if is_day else found
        moment.astimezone(ZoneInfo("UTC"))  # raises OverflowError beyond year 1 and 9999
        return moment
    except (ValueError, OverflowError):
        raise Invalid(N_("Give a day, or a moment such as 2024-03-11T08:00:00Z."), field=name) from None


def _read_word(kind: type[StrEnum]) -> Read:
    return lambda text, name, _zone: validation.word(text, kind, name)


_ID: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": ID_MAX}
_DAY: Final[Schema] = {"type": "string", "format": "date"}
_MOMENT: Final[Schema] = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}

FILTERS: Final[Mapping[str, Filter]] = {
    "article": Filter(_ID, _read_id, ("Of this article", "De cet article"), "12"),
    "claim": Filter(_ID, _read_id, ("Of this claim", "De cette prévision"), "147"),
    "speaker": Filter(_ID, _read_id, ("Of this speaker", "De cet auteur"), "3"),
    "topic": Filter(_ID, _read_id, ("With this topic", "Avec ce thème"), "2"),
    "owner": Filter(_ID, _read_id, ("Of this owner, by the number of their account", "De ce responsable, par numéro"), "3"),
    "status": Filter(schema_of("status", nullable=False), _read_word(Status), ("With this status", "Avec ce statut"), "due"),
    "verdict": Filter(
        schema_of("verdict", nullable=False), _read_word(Outcome), ("With this signed verdict", "Avec ce verdict"), "confirmed"
    ),
    "stance": Filter(schema_of("stance", nullable=False), _read_word(Stance), ("With this stance", "Dans ce sens"), "supports"),
    "language": Filter(
        {"type": "string", "maxLength": 35},
        lambda text, name, _zone: validation.language(text, name),
        ("In this language", "Dans cette langue"),
        "fr",
    ),
    "due_from": Filter(_DAY, read_day, ("Review date from this day on", "À vérifier à partir de ce jour"), "2025-01-01"),
    "due_to": Filter(_DAY, read_day, ("Review date up to this day", "À vérifier jusqu’à ce jour"), "2025-12-31"),
    "published_from": Filter(_DAY, read_day, ("Published from this day on", "Publié à partir de ce jour"), "2025-01-01"),
    "published_to": Filter(_DAY, read_day, ("Published up to this day", "Publié jusqu’à ce jour"), "2025-12-31"),
    "changed_since": Filter(
        _MOMENT, _read_moment, ("Changed at this moment or later", "Changée à ce moment ou après"), "2025-01-06"
    ),
    "signed_since": Filter(
        _MOMENT, _read_moment, ("Signed at this moment or later", "Contresigné à ce moment ou après"), "2025-01-06"
    ),
    "q": Filter(
        {"type": "string", "maxLength": QUERY_MAX},
        lambda text, name, _zone: validation.text(text, name, most=QUERY_MAX),
        ("With these words, newest first", "Avec ces mots, les plus récentes d’abord"),
        "port",
    ),
}


@dataclass(frozen=True)
class Asked:
    """What one request for a list asks for. `after`: the cursor, as it was sent."""

    filters: Mapping[str, object]
    limit: int
    after: str | None
    with_count: bool


def read_list(args: Mapping[str, list[str]], offered: tuple[str, ...], zone: ZoneInfo, *, counted: bool = True) -> Asked:
    """Read the parameters of a list. Raises Invalid, naming the parameter, for one that is unknown, unusable or given twice."""
    allowed = {*offered, "limit", "after", *(["count"] if counted else [])}
    values = require_known(args, allowed)
    filters = {name: FILTERS[name].read(text, name, zone) for name, text in values.items() if name in offered}
    limit = read_number(values.get("limit", str(LIMIT_DEFAULT)), "limit", least=1, most=LIMIT_MAX)
    with_count = values.get("count", "false")
    if with_count not in ("true", "false"):
        raise Invalid(_UNUSABLE, field="count")
    return Asked(filters, limit, values.get("after"), with_count == "true")


def require_known(args: Mapping[str, list[str]], allowed: set[str]) -> dict[str, str]:
    """The parameters, each given once. Raises Invalid for others."""
    for name, values in args.items():
        if name not in allowed:
            raise Invalid(UNKNOWN, field=validation.text(name.replace("\x00", "")[:64], "parameter", most=64) or "parameter")
        if len(values) != 1:
            raise Invalid(N_("This was sent more than once. Give it once."), field=name)
    return {name: values[0] for name, values in args.items()}


def read_number(text: str, name: str, *, least: int, most: int) -> int:
    """A whole number between two bounds. Raises Invalid."""
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise Invalid(_UNUSABLE, field=name)
    return int(text)
