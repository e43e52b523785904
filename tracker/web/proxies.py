"""What proxies in front say: from whom a request comes, over what, and under which name. Believed of those that are configured.

Anyone can send `X-Forwarded-For`. Of a proxy that is known the last address in it is true, and if that is a known proxy, too,
the one before: the client is the rightmost address that is no proxy of ours. `Forwarded` is not read.
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any, Final

from flask import Flask

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FROM_PROXY: Final = "tracker.from_proxy"  # whether the request was passed on by a trusted proxy
_HOPS_MOST: Final = 20  # more proxies are not realistic; earlier entries are forged
_PORT: Final = re.compile(r"^(?:\[([0-9A-Fa-f:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$")
_HOST: Final = re.compile(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class Proxies:
    """A WSGI application in front of ours, which sets REMOTE_ADDR, the scheme and the host as known proxies have them."""

    def __init__(self, application: Any, trusted: Iterable[Network]) -> None:
        self._application, self._trusted = application, tuple(trusted)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        # A client can send any header, and no key of the environment without "HTTP_".
        environ[FROM_PROXY] = self._is_trusted(_address(environ.get("REMOTE_ADDR", "")))
        if environ[FROM_PROXY]:
            hops = self._take_address(environ)
            scheme = _at(environ.get("HTTP_X_FORWARDED_PROTO", ""), hops).lower()
            if scheme in {"http", "https"}:
                environ["wsgi.url_scheme"] = scheme
            host = _at(environ.get("HTTP_X_FORWARDED_HOST", ""), hops)
            if _HOST.fullmatch(host):
                environ["HTTP_HOST"] = host
        return self._application(environ, start_response)

    def _take_address(self, environ: dict[str, Any]) -> int:
        """Set the address of the client; return how many proxies of ours the request came through."""
        hops = 1
        for given in reversed(_listed(environ.get("HTTP_X_FORWARDED_FOR", ""))):
            address = _address(given)
            if address is None:
                break
            environ["REMOTE_ADDR"] = str(address)
            if not self._is_trusted(address):
                break
            hops += 1
        return hops

    def _is_trusted(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def init_app(app: Flask, trusted: Iterable[Network]) -> None:
    """Trust these proxies only. Call it after everything else that wraps the application."""
    if known := tuple(trusted):
        app.wsgi_app = Proxies(app.wsgi_app, known)  # type: ignore[method-assign]


def _listed(header: str) -> list[str]:
    return [each.strip() for each in header.split(",")][-_HOPS_MOST:]


def _at(header: str, hops: int) -> str:
    """What the outermost of our proxies sent, whether each adds to the list or each writes it anew."""
    values = _listed(header)
    return values[-min(hops, len(values))]


def _address(given: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    found = _PORT.match(given)
    try:
        address = ipaddress.ip_address((found[1] or found[2]) if found else given)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
