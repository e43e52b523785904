"""The newsroom's settings: one row a key in the database, read as one frozen value with defaults."""

from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import history
from tracker.config import is_timezone
from tracker.errors import N_, Invalid
from tracker.history import Actor
from tracker.newsroom.models import Setting


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

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


_TYPES: dict[str, type] = {f.name: type(f.default) for f in fields(Newsroom)}


def load(session: Session) -> Newsroom:
    """The settings as they stand; keys without a row have their default."""
    rows = {row.key: row.value for row in session.scalars(select(Setting)) if row.key in _TYPES}
    return Newsroom(**rows)


def change(session: Session, actor: Actor, **values: Any) -> Newsroom:
    """Set some settings and record it. Raises Invalid for a value of the wrong type or an unknown zone."""
    before = load(session)
    changed: dict[str, Any] = {}
    for key, value in values.items():
        if type(value) is not _TYPES[key]:
            raise Invalid(N_("This is not a usable value."), field=key)
        if key == "timezone" and not is_timezone(str(value)):
            raise Invalid(N_("There is no such time zone."), field="timezone")
        if value != getattr(before, key):
            changed[key] = value
    for key, value in changed.items():
        row = session.get(Setting, key)
        if row is None:
            session.add(Setting(key=key, value=value))
        else:
            row.value = value
    if changed:
        data = {
            "set": {k: _recorded(v) for k, v in changed.items()},
            "was": {k: _recorded(getattr(before, k)) for k in changed},
        }
        history.record(session, "newsroom:1", "newsroom.settings", actor=actor, data=data)
    return load(session)


def _recorded(value: Any) -> Any:
    # A name is free text; zones, languages and switches are keys.
    return history.Text(value) if isinstance(value, str) and len(value) > 40 else value


def seed_timezone(session: Session, timezone: str | None) -> None:
    """Take the environment's zone, once: from then on the setting rules."""
    if timezone is not None and session.get(Setting, "timezone") is None:
        session.add(Setting(key="timezone", value=timezone))
