"""Hooks of packages above this one about what an editor has in hand, and what ends when their account is disabled."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from tracker.hooks import Hook
from tracker.ledger import Actor


@dataclass(frozen=True)
class OpenWork:
    """How many claims an editor owns, and how many signatures are requested of them."""

    claims: int = 0
    signatures: int = 0

    def __add__(self, other: "OpenWork") -> "OpenWork":
        return OpenWork(self.claims + other.claims, self.signatures + other.signatures)


# How much would be passed on if the account of this id were disabled.
count_open_work: Final[Hook[[Session, int], OpenWork]] = Hook()
# Give the work of an editor to another, or leave it without an owner: their ids, and who does so; how many things they owned.
release_open_work: Final[Hook[[Session, int, int | None, Actor], int]] = Hook()
# Called inside the transaction that takes the access away, with the editor's id and who disables them.
on_editor_disabled: Final[Hook[[Session, int, Actor], object]] = Hook()
