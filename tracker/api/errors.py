"""Refusals that only the API has."""

from collections.abc import Sequence

from tracker.errors import N_, Refusal


class PreconditionFailed(Refusal):
    """The row is of another version than `If-Match` names. `fields`: those that both sides changed."""

    status = 412

    def __init__(self, version: int, fields: Sequence[str] = ()) -> None:
        super().__init__(N_("Someone else changed this claim since you read it. Read it again, then repeat your change."))
        self.version = version
        self.fields = tuple(fields)


class PreconditionRequired(Refusal):
    """A change without the version it was made from."""

    status = 428

    def __init__(self) -> None:
        super().__init__(N_("Send the claim’s ETag in the header If-Match, so that no change of others is overwritten."))


class Malformed(Refusal):
    """A body or header that cannot be read."""

    status = 400


class NotAcceptable(Refusal):
    """The request takes no JSON."""

    status = 406

    def __init__(self) -> None:
        super().__init__(N_("The answer is JSON. Accept application/json."))


class Unauthenticated(Refusal):
    """No token, or one that opens nothing. `was_sent`: there was one."""

    status = 401

    def __init__(self, *, was_sent: bool) -> None:
        super().__init__(
            N_("This token does not work: it is unknown, revoked or expired.")
            if was_sent
            else N_("Send a token of the API in the header Authorization: Bearer.")
        )
        self.was_sent = was_sent


class TooManyRequests(Refusal):
    """The token has asked too often. `seconds` until it may ask again."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("Too many requests with this token. Wait %(seconds)s seconds."), seconds=seconds)
        self.seconds = seconds
