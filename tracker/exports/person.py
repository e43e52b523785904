"""Everything that is stored about one person: an editor, a reader who wrote, or someone who is quoted.

Rows are found by the foreign keys of the schema and by the columns that name a person otherwise, so a new table is included
without being listed here. Secrets are left out: they are of no use to the person, and of use to others.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, func, or_, select
from sqlalchemy.orm import Session

from tracker import clock
from tracker.db import Base
from tracker.errors import NotFound
from tracker.exports.formats import format_moment

SECRET: Final = frozenset({
    "password", "fs_uniquifier", "tf_totp_secret", "mf_recovery_codes", "tf_last_step", "salt", "sid_hash", "token_hash",
    "key_hash", "lease_token", "network", "credential_id", "public_key", "user_handle",
})  # fmt: skip
# Texts of articles are not about the person who brought them in; the history's own copy of an entry is in its columns.
BULKY: Final = frozenset({
    ("article_text", "body"), ("article_source", "body"), ("article_source", "packed"), ("event", "canonical"), ("event", "hash"),
    ("event", "prev_hash"),
})  # fmt: skip
_NAMING: Final = frozenset({"actor", "subject", "recipient"})  # columns with values such as editor:3
_ADDRESSES: Final = frozenset({("editor", "email"), ("invitation", "email"), ("one_time_link", "email"), ("report", "email")})

Rows = list[dict[str, object]]


def collect(session: Session, who: str) -> dict[str, object]:
    """What is stored about `who`, as values for JSON: tables by name, each a list of rows.

    `who` is an e-mail address, `editor:3` or `speaker:12`. Raises NotFound where nothing is stored.
    """
    found = {table.name: rows for table, rows in _find(session, who) if rows}
    if not found:
        raise NotFound("Nothing is stored about %(who)s.", who=who)
    return {"about": who, "made_at": format_moment(clock.now()), "tables": found}


def _find(session: Session, who: str) -> Iterator[tuple[Table, Rows]]:
    owners = _owners(session, who)
    for table in Base.metadata.sorted_tables:
        chosen = list(_conditions(table, owners, who))
        if not chosen:
            continue
        shown = [c for c in table.columns if c.name not in SECRET and (table.name, c.name) not in BULKY]
        query = select(*shown).where(or_(*chosen)).order_by(*table.primary_key.columns)
        yield table, [{name: _plain(value) for name, value in row.items()} for row in session.execute(query).mappings()]


def _owners(session: Session, who: str) -> dict[str, int]:
    """The row that is the person, by its table: at most an editor or a speaker."""
    kind, _, number = who.partition(":")
    if kind in ("editor", "speaker") and number.isascii() and number.isdigit() and int(number) < 2**63:
        return {kind: int(number)}
    editor = Base.metadata.tables["editor"]
    found = session.scalar(select(editor.c.id).where(func.lower(editor.c.email) == who.lower()))
    return {"editor": found} if found is not None else {}


def _conditions(table: Table, owners: dict[str, int], who: str) -> Iterator[ColumnElement[bool]]:
    for kind, number in owners.items():
        if table.name == kind:
            yield table.c.id == number
        for column in table.columns:
            if any(key.target_fullname == f"{kind}.id" for key in column.foreign_keys):
                yield column == number
            elif column.name in _NAMING:
                yield column == f"{kind}:{number}"
    if "@" in who:
        yield from (func.lower(column) == who.lower() for column in table.columns if (table.name, column.name) in _ADDRESSES)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
