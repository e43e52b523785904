"""Cursors of lists: signed, and bound to their list and its filters, so that one of another list is refused and not misread."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from tracker.errors import N_, Invalid

_LENGTH_MAX: Final = 512


# The place of a row in its list: its number, or in a list by time a moment and the number of the row that has it.
Key = int | tuple[datetime, int]


def write_cursor(secret_key: str, resource: str, filters: Mapping[str, object], key: Key) -> str:
    """The cursor behind the row with this key."""
    place = [key] if isinstance(key, int) else [key[1], key[0].isoformat()]
    return str(_signer(secret_key).dumps([resource, _digest(filters), *place]))


def read_cursor(secret_key: str, resource: str, filters: Mapping[str, object], text: str, *, by_time: bool = False) -> Key:
    """The key of the row behind which to go on. Raises Invalid for a cursor that we did not make for this list.

    `by_time`: whether the list is in the order of a moment.
    """
    try:
        found = _signer(secret_key).loads(text) if len(text) <= _LENGTH_MAX else None
    except BadData:
        found = None
    if not isinstance(found, list) or len(found) != (4 if by_time else 3) or found[:2] != [resource, _digest(filters)]:
        raise Invalid(N_("This cursor is not of this list. Start again without it."), field="after")
    return (datetime.fromisoformat(found[3]), int(found[2])) if by_time else int(found[2])


def _digest(filters: Mapping[str, object]) -> str:
    whole = repr(sorted((name, str(value)) for name, value in filters.items()))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="tracker-api-cursor")
