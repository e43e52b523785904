"""Find the stored claims that rows repeat, and the fields in which a row differs from its claim."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.exports.formats import format_moment
from tracker.imports.incoming import IncomingRow
from tracker.imports.lookups import in_chunks
from tracker.search.name_keys import is_same_name

# Compared by what comes from the file alone; the rest was looked up, or is for editors to change.
_COMPARED: Final = (
    "statement", "language", "quote", "quote_kind", "quote_language", "attribution", "hedge", "certainty", "likelihood_low",
    "likelihood_high", "condition", "confirmed_if", "refuted_if", "made_on", "deadline_on", "deadline_source",
)  # fmt: skip
_COLUMNS: Final = (Claim.id, Claim.external_id, Claim.created_at, *(getattr(Claim, name) for name in _COMPARED))


class ExistingClaims:
    """The claims that the rows of a batch may be: by their external id, or as the very claim that our own export is of."""

    def __init__(self, session: Session, batch: Iterable[IncomingRow]) -> None:
        batch = list(batch)
        self._by_key: dict[str, Any] = {}
        self._by_origin: dict[tuple[int, str], Any] = {}
        for keys in in_chunks(key for incoming in batch for key in (incoming.key, incoming.old_key) if key):
            for row in session.execute(select(*_COLUMNS).where(_are(session, keys))):
                self._by_key[row.external_id] = row
        for ids in in_chunks(incoming.origin[0] for incoming in batch if incoming.origin):
            for row in session.execute(select(*_COLUMNS).where(Claim.id.in_(ids))):
                self._by_origin[row.id, format_moment(row.created_at)] = row

    def find(self, incoming: IncomingRow) -> Any:
        """The claim that a row is; None if it is a new one."""
        found = self._by_key.get(incoming.key)
        if found is None and incoming.origin is not None:
            found = self._by_origin.get(incoming.origin)
        if found is None and incoming.old_key:
            # Claims imported before numbers counted within their source have the number alone; another source's say other things.
            old = self._by_key.get(incoming.old_key)
            found = old if old is not None and is_same_name(old.statement, incoming.values["statement"]) else None
        return found


def _are(session: Session, keys: list[str]) -> ColumnElement[bool]:
    known = Claim.external_id.in_(keys)
    if session.get_bind().dialect.name == "sqlite":
        # Most claims have no such id, and once statistics were gathered SQLite takes "none" for an id that they all share: it
        # would read every claim for each question.
        return func.likelihood(known, literal_column("0.0001"))
    return known


def find_differences(claim: Any, incoming: IncomingRow) -> list[str]:
    """The fields in which a row differs from its claim."""
    given = {key: value for key, value in incoming.values.items() if key in incoming.given}
    if "likelihood" in incoming.given:
        given |= {key: incoming.values[key] for key in ("likelihood_low", "likelihood_high")}
    return [name for name in _COMPARED if name in given and given[name] != getattr(claim, name)]
