"""Cursors of lists: signed, and bound to their list and its filters, so that one of another list is refused and not misread."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from itsdangerous import BadData, URLSafeSerializer

from tracker.errors import N_, Invalid
from tracker.pagination import ID_MAX

_LENGTH_MAX: Final = 512


def write_cursor(secret_key: str, resource: str, filters: Mapping[str, Any], key: int) -> str:
    """The cursor behind the row with this key."""
    return str(_signer(secret_key).dumps([resource, _digest(filters), key]))


def read_cursor(secret_key: str, resource: str, filters: Mapping[str, Any], text: str) -> int:
    """The key of the row behind which to go on. Raises Invalid for a cursor that we did not make for this list."""
    try:
        found = _signer(secret_key).loads(text) if len(text) <= _LENGTH_MAX else None
    except BadData:
        found = None
    if not isinstance(found, list) or found[:2] != [resource, _digest(filters)] or not 0 < found[2] <= ID_MAX:
        raise Invalid(N_("This cursor is not of this list. Start again without it."), field="after")
    return int(found[2])


def _digest(filters: Mapping[str, Any]) -> str:
    whole = repr(sorted((name, str(value)) for name, value in filters.items()))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="tracker-api-cursor")
