"""Optimistic locking of rows without a version: a form carries a hash of what its editor saw."""

import hashlib

from tracker.claims.models import Speaker, Topic
from tracker.errors import N_, Stale


def basis_of(row: Speaker | Topic, aliases: tuple[str, ...] = ()) -> str:
    """What an editor saw of a row without a version, as a short hash that its form carries."""
    values = [str(getattr(row, field) or "") for field in row.__history__.fields]
    return hashlib.sha256(repr((values, aliases)).encode()).hexdigest()[:32]


def need_same(basis: str | None, current: str) -> None:
    """Raise Stale if an editor saw another `basis_of` a row than the current one."""
    if basis is not None and basis != current:
        raise Stale(N_("Someone else changed this while you were working on it. Your changes are not saved yet."))
