"""Roles: what an editor of the newsroom may do. A role includes those it is built on."""

from functools import lru_cache

from tracker.errors import N_
from tracker.labelled_enum import LabelledEnum


class Role(LabelledEnum):
    """Keys of the role table. `SYSTEM` is no editor's: only the scheduler and the command line act as it."""

    VIEWER = "viewer", N_("Viewer")  # reads and exports
    EDITOR = "editor", N_("Editor")  # makes the editorial moves
    CHIEF = "chief", N_("Chief editor")  # restores, arbitrates, redacts, merges, sets the newsroom's rules
    ADMIN = "admin", N_("Administrator")  # looks after people
    SYSTEM = "system"


GIVEN = (Role.VIEWER, Role.EDITOR, Role.CHIEF, Role.ADMIN)

_INCLUDES = {
    Role.VIEWER: {Role.VIEWER},
    Role.EDITOR: {Role.EDITOR, Role.VIEWER},
    Role.CHIEF: {Role.CHIEF, Role.EDITOR, Role.VIEWER},
    Role.ADMIN: {Role.ADMIN, Role.VIEWER},
}


def expand(names: set[str] | frozenset[str] | list[str]) -> frozenset[str]:
    """All roles that the named ones amount to; unknown names give nothing."""
    return _expand(frozenset(names))


@lru_cache(maxsize=256)
def _expand(names: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        if name in GIVEN:
            found |= _INCLUDES[Role(name)]
    return frozenset(found)
