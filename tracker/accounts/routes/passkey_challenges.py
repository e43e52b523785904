"""Between asking a browser for a passkey and its answer: which challenge, for what, and that it counts once.

The signed cookie holds the challenge, so an answer counts only in the browser that asked. A try uses it up for good: the database
counts it, so an older copy of the cookie opens nothing.
"""

from typing import Final
from urllib.parse import urlsplit

from flask import request
from flask import session as cookie

from tracker import clock
from tracker.accounts import login_rate_limit
from tracker.accounts.passkeys import Site
from tracker.errors import N_, Forbidden, Invalid
from tracker.urls import ascii_host
from tracker.web.database import app_settings, writing

_KEY: Final = "passkey"
_SECONDS: Final = 300
_PORTS: Final = {"https": 443, "http": 80}
EXPIRED: Final = N_("That took too long, or another window asked in the meantime. Try again.")
NOT_HERE: Final = N_("Passkeys cannot be used here.")


def find_site() -> Site | None:
    """Return where passkeys count; None where browsers allow none: an address of numbers, or one without TLS but localhost."""
    settings = app_settings()
    parts = urlsplit(settings.base_url or request.host_url)
    try:
        host, port = ascii_host(parts.hostname or "").lower(), parts.port
    except (UnicodeError, ValueError):
        return None
    is_local = host == "localhost"
    if not is_local and (parts.scheme != "https" or "." not in host or ":" in host or host.rpartition(".")[2].isdigit()):
        return None
    named = f":{port}" if port is not None and port != _PORTS[parts.scheme] else ""
    return Site(host, f"{parts.scheme}://{host}{named}")


def is_offered() -> bool:
    """Whether passkeys are used here: they belong to local sign-in, and need an address that browsers allow."""
    return app_settings().sign_in.local and find_site() is not None


def need_site() -> Site:
    """Return where passkeys count. Raises Forbidden where they are not used."""
    site = find_site()
    if site is None or not is_offered():
        raise Forbidden(NOT_HERE)
    return site


def keep(purpose: str, challenge: str, more: str = "") -> None:
    """Note a challenge for this browser; it replaces the one before. `more` comes back with it."""
    cookie[_KEY] = {"for": purpose, "challenge": challenge, "at": int(clock.now().timestamp()), "more": more}


def take(purpose: str) -> tuple[str, str]:
    """Use the challenge of this browser up; return it, and what was kept with it.

    Raises Invalid where there is none for this purpose, or it is too old or was answered before.
    """
    held = cookie.pop(_KEY, None)
    if not isinstance(held, dict) or held.get("for") != purpose:
        raise Invalid(EXPIRED)
    if not 0 <= clock.now().timestamp() - int(held["at"]) < _SECONDS:
        raise Invalid(EXPIRED)
    challenge = str(held["challenge"])
    with writing() as current:
        is_used = login_rate_limit.admit(current, login_rate_limit.limit_for_challenge(challenge))
    if is_used:
        raise Invalid(EXPIRED)
    return challenge, str(held["more"])
