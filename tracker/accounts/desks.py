"""The desks of the newsroom and who belongs to them. The claims of a desk are those whose owner belongs to it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.accounts import people
from tracker.accounts.models import Desk, Editor
from tracker.accounts.roles import Role
from tracker.errors import N_, Forbidden, Invalid, NotFound, Stale
from tracker.ledger import Actor
from tracker.search.name_keys import is_same_name, sort_key
from tracker.sql import take_turns

DESKS_MAX: Final = 100
_NEEDED: Final = N_("Give the desk a name.")


@dataclass(frozen=True)
class DeskLine:
    """A desk in the list, with the number of its members."""

    row: Desk
    members: int


def list_desks(session: Session) -> list[DeskLine]:
    """Return the desks by name; there are DESKS_MAX at most."""
    members = select(func.count()).where(Editor.desk_id == Desk.id).scalar_subquery()
    query = select(Desk, members).where(Desk.removed_at.is_(None))
    lines = [DeskLine(row, count) for row, count in session.execute(query)]
    return sorted(lines, key=lambda line: (sort_key(line.row.name), line.row.id))


def list_members(session: Session, desk: Desk) -> Sequence[Editor]:
    """Return those who belong to a desk, by name."""
    members = session.scalars(select(Editor).where(Editor.desk_id == desk.id))
    return sorted(members, key=lambda editor: (sort_key(editor.name), editor.id))


def get(session: Session, desk_id: int, *, locked: bool = False) -> Desk:
    """Return a desk. Raises NotFound where there is none or it was removed."""
    row = session.get(Desk, desk_id, with_for_update=locked or None)
    if row is None or row.removed_at is not None:
        raise NotFound()
    return row


def find(session: Session, name: str) -> Desk | None:
    """Return the desk of this name."""
    kept = session.scalars(select(Desk).where(Desk.removed_at.is_(None)).order_by(Desk.id))
    return next((row for row in kept if is_same_name(row.name, name)), None)


def add(session: Session, name: str, *, actor: Actor) -> Desk:
    """Store a new desk. Raises Invalid with field "name", Forbidden."""
    _need_lead(actor)
    name = validation.text(name, "name", most=people.NAME_MAX, needed=_NEEDED)
    _require_new_name(session, name)
    if len(list_desks(session)) >= DESKS_MAX:
        raise Invalid(N_("There are %(most)s desks already, which is the most there can be."), field="name", most=DESKS_MAX)
    row = Desk(name=name)
    session.add(row)
    ledger.record(session, row, "desk.added", actor=actor, data=ledger.created(row))
    return row


def rename(session: Session, desk_id: int, name: str, *, actor: Actor) -> None:
    """Give a desk another name. Raises NotFound, Invalid with field "name", Forbidden."""
    _need_lead(actor)
    row = get(session, desk_id, locked=True)
    name = validation.text(name, "name", most=people.NAME_MAX, needed=_NEEDED)
    _require_new_name(session, name, besides=row.id)
    data = ledger.changed(row, name=name)
    if data:
        row.name = name
        ledger.record(session, row, "desk.renamed", actor=actor, data=data)


def remove(session: Session, desk_id: int, *, actor: Actor) -> None:
    """Remove a desk that has no members. Raises NotFound, Invalid, Forbidden."""
    _need_lead(actor)
    row = get(session, desk_id, locked=True)
    if session.scalar(select(Editor.id).where(Editor.desk_id == row.id).limit(1)) is not None:
        raise Invalid(N_("This desk still has members. Take them off the desk first."))
    at = clock.now()
    data = ledger.changed(row, removed_at=at)
    row.removed_at = at
    ledger.record(session, row, "desk.removed", actor=actor, data=data)


def assign(session: Session, editor: Editor, desk_id: int | None, *, actor: Actor, expected: int | None = None) -> None:
    """Move an editor to a desk, or off any. Their claims count for it from then on. Raises NotFound, Forbidden.

    With `expected`, the desk that they are to leave: raises Stale where they belong to a third one by now.
    """
    _need_lead(actor)
    if desk_id is not None:
        get(session, desk_id, locked=True)  # it is not removed while someone joins it
    session.refresh(editor, with_for_update=True)
    if expected is not None and editor.desk_id not in (expected, desk_id):
        raise Stale(N_("This editor belongs to another desk by now. Nothing was changed."))
    data = ledger.changed(editor, desk_id=desk_id)
    if data:
        editor.desk_id = desk_id
        ledger.record(session, editor, "editor.desk", actor=actor, data=data)


def _require_new_name(session: Session, name: str, *, besides: int | None = None) -> None:
    """Raise Invalid where another desk has this name."""
    take_turns(session, "desk names")  # two who add the same desk at once must not both succeed
    known = find(session, name)
    if known is not None and known.id != besides:
        raise Invalid(N_("There is already such a desk."), field="name")


def _need_lead(actor: Actor) -> None:
    if not {Role.CHIEF, Role.ADMIN, Role.SYSTEM} & actor.roles:
        raise Forbidden(N_("Only a chief editor or an administrator manages desks."))
