"""What an editor has in hand, which packages above this one keep: counted before an account is disabled, passed on when it is."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from tracker.ledger import Actor


@dataclass(frozen=True)
class OpenWork:
    """How many claims an editor owns, and how many signatures are requested of them."""

    claims: int = 0
    signatures: int = 0

    def __add__(self, other: "OpenWork") -> "OpenWork":
        return OpenWork(self.claims + other.claims, self.signatures + other.signatures)


class WorkKeeper(Protocol):
    """A module that keeps work of editors."""

    def count_open_work(self, session: Session, editor_id: int) -> OpenWork: ...

    def release_open_work(self, session: Session, editor_id: int, to_id: int | None, *, actor: Actor) -> int: ...


_keepers: list[WorkKeeper] = []


def register(keeper: WorkKeeper) -> None:
    """Have a module counted and asked to pass work on. Registering it twice does nothing."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def count(session: Session, editor_id: int) -> OpenWork:
    """Return what would be passed on if the account were disabled."""
    return sum((keeper.count_open_work(session, editor_id) for keeper in _keepers), OpenWork())


def release(session: Session, editor_id: int, to_id: int | None, *, actor: Actor) -> int:
    """Give an editor's work to another, or leave it without an owner; return how many things they owned."""
    return sum(keeper.release_open_work(session, editor_id, to_id, actor=actor) for keeper in _keepers)
