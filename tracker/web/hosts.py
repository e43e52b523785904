"""Under which names the tracker answers. A made-up Host header must not end up in a link, a mail or another site's cookies."""

import ipaddress
import socket
from functools import lru_cache
from typing import Final

from flask import Flask, request
from werkzeug.exceptions import BadRequest

from tracker.errors import N_
from tracker.web import i18n

_UNKNOWN: Final = N_("Tracker does not answer under this host name. Set TRACKER_BASE_URL to the address that people use.")


def init_app(app: Flask, base_host: str | None) -> None:
    """Answer under `base_host`, and where it is None, under any address of numbers and the machine's own names."""

    def check() -> None:
        # Probes ask by number, and their answers hold no name.
        if request.blueprint != "health" and not is_ours(request.host, base_host):
            raise BadRequest(i18n.gettext(_UNKNOWN))

    # Before anything that could use the name.
    app.before_request_funcs.setdefault(None, []).insert(0, check)


def is_ours(host: str, base_host: str | None) -> bool:
    """Whether a Host header names us. This machine itself is always us: that is where probes ask from."""
    name = _name(host)
    if name in {"localhost", "127.0.0.1", "::1"}:
        return True
    if base_host is not None:
        return name == base_host.lower()
    # A page elsewhere can make its own name lead to our address, but it cannot make a number do so.
    return _is_address(name) or name in _machine()


def _name(host: str) -> str:
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if ":" in name else name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache
def _machine() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset({name, name.partition(".")[0], f"{name.partition('.')[0]}.local"} - {""})
