"""What pages need to know of accounts and settings, which are packages above this one; `tracker.app` passes them in."""

from typing import Protocol
from zoneinfo import ZoneInfo

from tracker.ledger import Actor


class SignedIn(Protocol):
    """The account of the reader."""

    id: int
    email: str
    name: str
    language: str | None
    theme: str
    shortcuts: bool
    key_hints: bool

    @property
    def initials(self) -> str: ...

    @property
    def role_names(self) -> frozenset[str]: ...

    @property
    def actor(self) -> Actor: ...


class NewsroomView(Protocol):
    """The settings of the newsroom that all pages go by."""

    @property
    def language(self) -> str: ...

    @property
    def timezone(self) -> str: ...

    @property
    def zone(self) -> ZoneInfo: ...

    @property
    def second_factor_required(self) -> bool: ...

    @property
    def author_may_judge(self) -> bool: ...

    @property
    def show_sample(self) -> bool: ...

    @property
    def public_scorecards(self) -> bool: ...

    @property
    def hedges(self) -> str: ...

    @property
    def cues_off(self) -> str: ...
