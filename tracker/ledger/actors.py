"""Who does something: an editor with the roles held at this moment, or the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """An editor by id (None is the system) with the roles that count now. `str()` is the name the history keeps.

    `via` names what the editor acted through, such as "token:7"; "" is the editor in person. It is kept in the event's data.
    """

    editor_id: int | None
    roles: frozenset[str] = frozenset()
    via: str = ""

    def __str__(self) -> str:
        return "system" if self.editor_id is None else f"editor:{self.editor_id}"


SYSTEM = Actor(None, frozenset({"system"}))
