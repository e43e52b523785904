"""Queries of the pages on accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor, EditorSession, RoleRow
from tracker.accounts.roles import Role
from tracker.pagination import Order, Page, page
from tracker.sql import AnySelect, among, among_parameter, dialect_of, read_columns, write_values

PAGE_SIZE: Final = 50
_WORKING: Final = (Role.EDITOR.value, Role.CHIEF.value)  # a chief editor is an editor, too


@dataclass(frozen=True)
class Member:
    """One row of the list. `seen_at` is when they last opened a page, as far as sessions are kept."""

    editor: Editor
    seen_at: datetime | None


def list_members(
    session: Session, q: str = "", *, with_sample: bool, after: str | None = None, before: str | None = None
) -> Page[Member]:
    """Return one page of the accounts by name; `q` is looked for in names and addresses.

    The invented editors of the sample are left out unless `with_sample`.
    """
    query: AnySelect = select(Editor.id, Editor.name)
    if not with_sample:
        query = query.where(Editor.is_sample.is_(False))
    if wanted := q.replace("\x00", "\ufffd").strip():  # PostgreSQL cannot look for a NUL, and no name has one
        query = query.where(or_(Editor.name.icontains(wanted, autoescape=True), Editor.email.icontains(wanted, autoescape=True)))
    found = page(session, query, Order(Editor.id, Editor.name, read=str), size=PAGE_SIZE, after=after, before=before)
    ids = [row.id for row in found.rows]
    editors = {editor.id: editor for editor in session.scalars(select(Editor).where(among(session, Editor.id, ids)))}
    latest = select(EditorSession.editor_id, func.max(EditorSession.seen_at)).group_by(EditorSession.editor_id)
    seen = {row[0]: row[1] for row in session.execute(latest.where(among(session, EditorSession.editor_id, ids)))}
    return found.map(lambda row: Member(editors[row.id], seen.get(row.id)))


def list_successors(session: Session, editor: Editor, *, with_sample: bool) -> Sequence[tuple[int, str]]:
    """Return (id, name) of every editor who could own this editor's claims, by name."""
    query = (
        select(Editor.id, Editor.name)
        .where(Editor.active, Editor.id != editor.id, Editor.roles.any(RoleRow.name.in_(_WORKING)))
        .order_by(Editor.name, Editor.id)
    )
    if not with_sample:
        query = query.where(Editor.is_sample.is_(False))
    return [(row.id, row.name) for row in session.execute(query)]


def editor_names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of some editors by id, those who have left included."""
    wanted = sorted({editor_id for editor_id in ids if editor_id is not None})
    if not wanted:
        return {}
    return {row.id: row.name for row in read_columns(session, _names(dialect_of(session)), {"ids": wanted})}


@lru_cache
def _names(dialect: str) -> AnySelect:
    return select(Editor.id, Editor.name).where(among_parameter(dialect, Editor.id, "ids"))


@lru_cache
def _working(with_sample: bool) -> AnySelect:
    query = (
        select(Editor.id, Editor.name)
        .where(Editor.active, Editor.roles.any(RoleRow.name.in_(_WORKING)))
        .order_by(Editor.name, Editor.id)
    )
    return write_values(query if with_sample else query.where(Editor.is_sample.is_(False)))


def working_editors(session: Session, *, with_sample: bool = True, also: int | None = None) -> list[tuple[int, str]]:
    """The editors who can own claims and sign verdicts, by name; `also` one that is chosen already."""
    rows = list(read_columns(session, _working(with_sample)))
    if also is not None and all(row.id != also for row in rows):
        rows += session.execute(select(Editor.id, Editor.name).where(Editor.id == also)).all()
    return [(row.id, row.name) for row in rows]
