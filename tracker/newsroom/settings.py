"""The newsroom's settings: one row a key in the database, read as one frozen value with defaults."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, func, literal_column, select
from sqlalchemy.orm import Session, SessionTransaction

from tracker import ledger
from tracker.accounts import people
from tracker.accounts.models import Setting
from tracker.config import is_timezone
from tracker.errors import N_, Invalid
from tracker.ledger import SYSTEM, Actor
from tracker.sql import read_columns
from tracker.word_caches import word_cache


@dataclass(frozen=True)
class Newsroom:
    """How this newsroom works. Field names are the keys of the setting table."""

    name: str = "Newsroom"
    timezone: str = "Europe/Paris"
    language: str = "en"
    second_signature: bool = True
    author_may_judge: bool = True  # whether the author of an article may give verdicts on its claims
    show_sample: bool = True
    review_after_days: int = 365
    desk_address: str = ""  # where reminders of claims without an owner go
    anchor_address: str = ""  # an outside address that keeps the anchors of the history
    digest_hour: int = 8  # when reminders go out
    working_days: str = "12345"  # 1 is Monday
    holidays: str = ""  # ISO days with a space between
    name_editors: bool = False  # whether readers see who proposed and who signed a verdict
    speaker_pages: str = ""  # whose claims readers may list: "" of none, "organisation", or "all"
    public_scorecards: bool = False  # whether readers see scorecards; those of people one by one, see `publishing.people`
    method_en: str = ""  # the newsroom's own account of how it judges; "" is ours
    method_fr: str = ""
    second_factor_required: bool = False  # of chiefs and admins, to sign in
    hedges: str = ""  # the newsroom's own lines of the hedge table, see hedge_table
    cues_off: str = ""  # cues that do not count when articles are read: "en:will fr:futur"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def weekdays(self) -> frozenset[int]:
        """The days of the week on which the newsroom works; 1 is Monday."""
        return frozenset(map(int, self.working_days))

    @property
    def days_off(self) -> frozenset[date]:
        """The days on which it does not, although their day of the week is one of them."""
        return frozenset(map(date.fromisoformat, self.holidays.split()))


_TEXTS: Final = frozenset({"name", "desk_address", "anchor_address", "holidays", "hedges"})
_TYPES: dict[str, type] = {f.name: type(f.default) for f in fields(Newsroom)}


# All rows as one text, a line each: what readers' pages ask for brings it along, so that their settings cost no statement.
_END: Any = literal_column("'\n'")
_LINES: Final = select(func.aggregate_strings(Setting.key + " " + cast(Setting.value, Text), _END))
COLUMN: Final = _LINES.scalar_subquery().label("settings")


_READ: Final = "tracker_newsroom"
_Transaction = tuple[SessionTransaction | None, SessionTransaction | None]


def load(session: Session) -> Newsroom:
    """The current settings; keys without a row have their default. They are read once in a transaction."""
    return _find_known(session) or keep(session, read_columns(session, _LINES).scalar_one())


def keep(session: Session, lines: str | None) -> Newsroom:
    """The current settings from COLUMN, which this transaction has just read; `load` returns them without asking again."""
    known = _find_known(session)
    if known is None:
        known = _read_lines(lines or "")
        session.info[_READ] = (_current(session), known)
    return known


def _find_known(session: Session) -> Newsroom | None:
    known: tuple[_Transaction, Newsroom] | None = session.info.get(_READ)
    return known[1] if known is not None and known[0] == _current(session) else None


@word_cache(4)
def _read_lines(lines: str) -> Newsroom:
    rows = (line.partition(" ") for line in lines.split("\n"))
    return Newsroom(**{key: json.loads(value) for key, _, value in rows if key in _TYPES})


def _current(session: Session) -> _Transaction:
    return session.get_transaction(), session.get_nested_transaction()


def _forget(session: Session) -> None:
    session.info.pop(_READ, None)


HOLIDAYS_MOST: Final = 400


def _zone(value: str) -> str:
    if not is_timezone(value):
        raise Invalid(N_("There is no such time zone."), field="timezone")
    return value


def _address(field: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        try:
            return people.normal_email(value) if value.strip() else ""
        except Invalid as error:
            raise Invalid(error.message.text, field=field) from None

    return check


def _hour(value: int) -> int:
    if not 0 <= value <= 23:
        raise Invalid(N_("Give a full hour from 0 to 23."), field="digest_hour")
    return value


def _working_days(value: str) -> str:
    days = "".join(sorted(set(value)))
    if not days or not set(days) <= set("1234567"):
        raise Invalid(N_("Choose at least one working day."), field="working_days")
    return days


def _holidays(value: str) -> str:
    try:
        days = sorted({date.fromisoformat(day) for day in value.replace(",", " ").split()})
    except ValueError:
        raise Invalid(N_("Give each holiday as year-month-day, such as 2027-05-01."), field="holidays") from None
    if len(days) > HOLIDAYS_MOST:
        raise Invalid(N_("At most %(most)s holidays can be kept."), field="holidays", most=HOLIDAYS_MOST)
    return " ".join(day.isoformat() for day in days)


METHOD_MAX: Final = 10_000


def _speaker_pages(value: str) -> str:
    if value not in ("", "organisation", "all"):
        raise Invalid(N_("Choose one of the answers."), field="speaker_pages")
    return value


def _method(field: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        value = value.replace("\r\n", "\n").strip()
        if len(value) > METHOD_MAX:
            raise Invalid(N_("This text is too long: at most %(most)s characters."), field=field, most=METHOD_MAX)
        return value

    return check


# What a value of the right type must be beyond that; each gives it back as it is kept.
_CHECKS: Final[dict[str, Callable[[Any], Any]]] = {
    "timezone": _zone,
    "desk_address": _address("desk_address"),
    "anchor_address": _address("anchor_address"),
    "digest_hour": _hour,
    "working_days": _working_days,
    "holidays": _holidays,
    "speaker_pages": _speaker_pages,
    "method_en": _method("method_en"),
    "method_fr": _method("method_fr"),
}


def change(session: Session, actor: Actor, *, event: str = "newsroom.settings", **values: Any) -> Newsroom:
    """Set some settings and record it. Raises Invalid, naming the setting, for a value that cannot be kept."""
    _forget(session)
    before = load(session)
    changed: dict[str, Any] = {}
    for key, value in values.items():
        if type(value) is not _TYPES[key]:
            raise Invalid(N_("This is not a usable value."), field=key)
        kept = _CHECKS[key](value) if key in _CHECKS else value
        if kept != getattr(before, key):
            changed[key] = kept
    for key, value in changed.items():
        row = session.get(Setting, key)
        if row is None:
            session.add(Setting(key=key, value=value))
        else:
            row.value = value
    if changed:
        data = {
            "set": {k: _recorded(k, v) for k, v in changed.items()},
            "was": {k: _recorded(k, getattr(before, k)) for k in changed},
        }
        ledger.record(session, "newsroom:1", event, actor=actor, data=data)
    _forget(session)
    return load(session)


def _recorded(key: str, value: Any) -> object:
    # Names and addresses are recorded as redactable text; other settings as plain values.
    return ledger.Text(value) if key in _TEXTS and value else value


def seed_timezone(session: Session, timezone: str | None) -> None:
    """Take the environment's zone, once: from then on the setting rules."""
    if timezone is not None and session.get(Setting, "timezone") is None:
        session.add(Setting(key="timezone", value=timezone))
        ledger.record(session, "newsroom:1", "newsroom.settings", actor=SYSTEM, data={"set": {"timezone": timezone}})
        _forget(session)
