"""CSRF tokens that look different in every response.

Pages are compressed, and the length of a compressed page tells how much of what a stranger made it repeat it already held
(BREACH). A token that stayed the same could be guessed from it character by character; each response therefore carries it under
a one-time pad.
"""

import base64
import binascii
import secrets
from typing import Final

from flask import g
from flask_wtf.csrf import CSRFProtect, generate_csrf

_MASKED: Final = "m1-"


class MaskedCSRFProtect(CSRFProtect):  # type: ignore[misc]  # Flask-WTF has no types
    """Flask-WTF's check, for tokens that were masked; others are taken as they are, so that open pages survive an update."""

    def _get_csrf_token(self) -> str | None:
        token: str | None = super()._get_csrf_token()
        return unmask(token) if token and token.startswith(_MASKED) else token


def masked_csrf_token() -> str:
    """The token of this session under the pad of this response."""
    if "tracker_csrf" not in g:
        g.tracker_csrf = mask(generate_csrf())
    token: str = g.tracker_csrf
    return token


def mask(token: str) -> str:
    """A token under a one-time pad."""
    plain = token.encode("ascii")
    pad = secrets.token_bytes(len(plain))
    return _MASKED + base64.urlsafe_b64encode(pad + _xor(plain, pad)).decode("ascii")


def unmask(masked: str) -> str:
    """The token under a mask; "" for a text that is none."""
    try:
        both = base64.urlsafe_b64decode(masked.removeprefix(_MASKED).encode("ascii"))
        half = len(both) // 2
        return _xor(both[:half], both[half:]).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        return ""


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
