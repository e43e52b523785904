"""What editors want to be sent, when they are on leave, and changing that. The caller owns the transaction."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.errors import N_, Forbidden, Invalid
from tracker.ledger import Actor
from tracker.newsroom import settings
from tracker.notifications.models import Frequency, ReminderPreference
from tracker.notifications.steps import Kind, Request, Step


@dataclass(frozen=True)
class Preferences:
    """One editor's e-mail preferences. `own`, `signoffs`, `unowned`, `look_ahead` select what the digest holds, `before`,
    `on_the_day` and `late` which messages about a single claim there are, `requests` and `escalations` the others."""

    digest: Frequency = Frequency.WEEKDAYS
    hour: int | None = None  # 0 to 23; None: the newsroom's
    own: bool = True
    signoffs: bool = True
    unowned: bool = False
    look_ahead: bool = True
    before: bool = True
    on_the_day: bool = True
    late: bool = True
    requests: bool = True
    escalations: bool = True

    def wants(self, kind: str, step: str) -> bool:
        """Whether a message of this kind is wanted."""
        name = SWITCHES.get((kind, step))
        return self.digest is not Frequency.OFF if kind == Kind.DIGEST else name is None or bool(getattr(self, name))


SWITCHES: Final[dict[tuple[str, str], str]] = {
    (Kind.REVIEW, Step.BEFORE): "before",
    (Kind.REVIEW, Step.ON_THE_DAY): "on_the_day",
    (Kind.REVIEW, Step.LATE_7): "late",
    (Kind.REVIEW, Step.LATE_30): "late",
    (Kind.REVIEW, Step.ESCALATION): "escalations",
    (Kind.SIGNOFF, Request.ASKED): "requests",
    (Kind.SIGNOFF, Request.AGAIN): "requests",
}
NAMES: Final = tuple(field.name for field in fields(Preferences))


def from_row(row: ReminderPreference | None) -> Preferences:
    """The preferences of a row; without one, the defaults."""
    return Preferences() if row is None else Preferences(**{name: getattr(row, name) for name in NAMES})


def load(session: Session, editor_id: int) -> Preferences:
    """One editor's preferences."""
    return from_row(session.get(ReminderPreference, editor_id))


def change(session: Session, editor_id: int, **values: object) -> Preferences:
    """Change some of an editor's preferences; the fields of `Preferences` by name. Raises Invalid for a value that is none.

    A digest whose time had come before is not made up for under new rules.
    """
    at = clock.now()
    kept = {name: _checked(name, value) for name, value in values.items()}
    row = session.get(ReminderPreference, editor_id, with_for_update=True)
    before = from_row(row)
    if all(getattr(before, name) == value for name, value in kept.items()):
        return before
    if row is None:
        row = ReminderPreference(editor_id=editor_id, since=at, **asdict(before))
        session.add(row)
    for name, value in kept.items():
        setattr(row, name, value)
    after = from_row(row)
    if (before.digest, before.hour) != (after.digest, after.hour):
        row.since = at
    session.flush()
    return after


def _checked(name: str, value: object) -> object:
    if name == "digest":
        try:
            return Frequency(str(value))
        except ValueError:
            raise Invalid(N_("Choose how often."), field=name) from None
    if name == "hour":
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 23):
            raise Invalid(N_("Give a full hour from 0 to 23."), field=name)
        return value
    if name not in NAMES or type(value) is not bool:
        raise Invalid(N_("This is not a usable value."), field=name)
    return value


# What a link in a message stops, by its scope, and the preferences that it sets.
STOPS: Final[dict[str, dict[str, object]]] = {
    "digest": {"digest": Frequency.OFF},
    "review": {"before": False, "on_the_day": False, "late": False},
    "signoff": {"requests": False},
    "escalation": {"escalations": False},
}


def stop(session: Session, editor_id: int, scope: str) -> Preferences:
    """Stop the messages of one scope of STOPS. Doing it twice does nothing."""
    return change(session, editor_id, **STOPS[scope])


def set_leave(session: Session, editor: Editor, until: date | None, stand_in_id: int | None, *, actor: Actor) -> None:
    """Go on leave up to and with a day, with a stand-in; without a day, be back. Editors do so for themselves, chiefs and admins
    for others.

    Raises Invalid, naming the field, and Forbidden.
    """
    at = clock.now()
    if actor.editor_id != editor.id and not actor.roles & {Role.CHIEF, Role.ADMIN, Role.SYSTEM}:
        raise Forbidden(N_("Your role does not allow this."))
    stand_in_id = None if until is None else stand_in_id
    if (editor.away_until, editor.stand_in_id) == (until, stand_in_id):
        return
    if until is not None:
        _check_leave(session, editor, until, stand_in_id, at.astimezone(settings.load(session).zone).date())
    editor.away_until, editor.stand_in_id = until, stand_in_id
    data = {"away_until": until, "stand_in": stand_in_id}
    ledger.record(session, editor, "editor.leave", actor=actor, data=data, at=at)


def _check_leave(session: Session, editor: Editor, until: date, stand_in_id: int | None, today: date) -> None:
    if until < today:
        raise Invalid(N_("The last day away is in the past."), field="away_until")
    if stand_in_id is None:
        raise Invalid(N_("Choose who covers for you."), field="stand_in_id")
    if stand_in_id == editor.id:
        raise Invalid(N_("You cannot cover for yourself."), field="stand_in_id")
    stand_in = session.scalar(select(Editor).where(Editor.id == stand_in_id).with_for_update())
    if stand_in is None or not stand_in.active or Role.EDITOR not in stand_in.role_names:
        raise Invalid(N_("This person cannot cover for you."), field="stand_in_id")
    if stand_in.away_until is not None and stand_in.away_until >= today:
        raise Invalid(N_("This person is away too."), field="stand_in_id")
