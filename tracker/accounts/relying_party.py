"""Where a passkey counts, and whose it is (WebAuthn's relying party and user)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """Where passkeys count: the host that they belong to (the RP id), and the one origin whose pages may use them."""

    host: str
    origin: str


@dataclass(frozen=True)
class Owner:
    """Whose passkey is made: the random handle that authenticators keep, and what they show."""

    handle: bytes
    email: str
    name: str
