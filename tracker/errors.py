"""What can be refused, as one family of exceptions; the web and the command line each render it in one place."""

from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802  (the usual name of the marker)
    """Mark a text for translation without translating it yet."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence for a person: English text with `%(name)s` places, translated only where it is shown."""

    text: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


class Refusal(Exception):
    """The work was not done; the message is the reason. `status` is its HTTP status."""

    status = 400

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(text)
        self.message = Message(text, params)

    def __str__(self) -> str:
        return str(self.message)


class Invalid(Refusal):
    """What was given cannot be taken; `field` names the input at fault, None when it is the whole."""

    status = 422

    def __init__(self, text: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(text, **params)
        self.field = field


class Forbidden(Refusal):
    """The role does not allow this move."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or none that this person may see."""

    status = 404

    def __init__(self, text: str = N_("Not found, or you do not have access."), **params: object) -> None:
        super().__init__(text, **params)


class Gone(Refusal):
    """It was there once, for a while."""

    status = 410


class Conflict(Refusal):
    """The thing is no longer as it was when the page was read."""

    status = 409


class Stale(Conflict):
    """Someone else changed it first. `current` is the current version, where known."""

    def __init__(
        self,
        text: str = N_("Someone else changed this claim while you were working on it. Your changes are not saved yet."),
        *,
        current: int | None = None,
        **params: object,
    ) -> None:
        super().__init__(text, **params)
        self.current = current


class IllegalMove(Conflict):
    """The life cycle has no such move from here."""


class Unavailable(Refusal):
    """The database cannot take this now; nothing was stored."""

    status = 503


class DiskFull(Unavailable):
    """No file can be written on the server; nothing was stored, unless the text says otherwise."""

    def __init__(
        self,
        text: str = N_("The server’s disk is full, and nothing was stored. Tell your server administrator."),
        **params: object,
    ) -> None:
        super().__init__(text, **params)


class OperatorError(Exception):
    """A file, setting or database that the operator has to put right; its message is one line for them."""
