"""The headers of every answer. They are set last, so that no route or extension can override them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, request

from tracker.web.public_paths import is_public_path

_NOTHING: Final = "'none'"
_OURS: Final = "'self'"


def _csp(**changes: str) -> str:
    """A policy without scripts, with some directives changed."""
    directives = {
        "default_src": _NOTHING,
        "style_src": _OURS,
        "font_src": _OURS,
        "img_src": _OURS,
        "form_action": _OURS,
        "base_uri": _NOTHING,
        "frame_ancestors": _NOTHING,
    }
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in (directives | changes).items())


CSP: Final = _csp(script_src=_OURS, connect_src=_OURS)

# What no page of a newsroom's desk ever asks a browser for.
_PERMISSIONS: Final = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb", "browsing-topics")

FIXED: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    # Our own pages receive the referrer (the CSRF check reads it), other sites receive none.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _PERMISSIONS),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Profile:
    """The headers of one kind of answer, and how long a copy of it may be used."""

    headers: Mapping[str, str]
    cache_control: str = ""  # "": as the route set it, or nothing


_COPY: Final = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
DESK: Final = Profile(FIXED)
# Pages for readers: the same for everyone, kept by proxies for a minute and then asked for again by their ETag.
PUBLIC: Final = Profile({**FIXED, "Content-Security-Policy": _csp()}, _COPY)
# Data for programs on other sites.
DATA: Final = Profile(
    {
        **FIXED,
        "Content-Security-Policy": _csp(),
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    },
    _COPY,
)
# A claim in a frame of another site.
EMBED: Final = Profile(
    {
        **{name: value for name, value in FIXED.items() if name not in ("X-Frame-Options", "Cross-Origin-Opener-Policy")},
        "Content-Security-Policy": _csp(frame_ancestors="*"),
        "Cross-Origin-Resource-Policy": "cross-origin",
    },
    _COPY,
)
# A picture whose address changes with what it shows.
PICTURE: Final = Profile(
    {**FIXED, "Content-Security-Policy": _csp(), "Cross-Origin-Resource-Policy": "cross-origin"},
    "public, max-age=31536000, immutable",
)
_PROFILE: Final = "tracker.header_profile"
_ERRORS_KEPT: Final = "public, max-age=60"

_HSTS: Final = "max-age=31536000"
_CACHEABLE: Final = "tracker.cache_control"


def answer_if_changed(etag: str, draw: Callable[[], Response]) -> Response:
    """The answer that `draw` makes, with its ETag; where the client has that one, 304 and nothing is drawn."""
    if has_client(etag):
        return answer_unchanged(etag)
    response = draw()
    response.set_etag(etag)
    return response


def answer_unchanged(etag: str) -> Response:
    """304, for a client that has the answer with this ETag."""
    response = Response(status=304)
    response.set_etag(etag)
    return response


def has_client(etag: str) -> bool:
    """Whether the request says that the client has the answer with this ETag."""
    return request.if_none_match.contains_weak(etag)


def cacheable(seconds: int, *, public: bool = True) -> None:
    """Let the answer to this request be kept for so long; without this call nothing is. For pages that are the same for all."""
    request.environ[_CACHEABLE] = f"{'public' if public else 'private'}, max-age={seconds}"


def use_profile(profile: Profile) -> None:
    """Answer this request with the headers of a profile."""
    request.environ[_PROFILE] = profile


def init_app(app: Flask) -> None:
    """Set the headers after everything else: what comes first in the list runs last."""
    app.after_request_funcs.setdefault(None, []).insert(0, _set)


def _set(response: Response) -> Response:
    profile: Profile = request.environ.get(_PROFILE) or (PUBLIC if is_public_path(request.path) else DESK)
    for name, value in profile.headers.items():
        response.headers[name] = value
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _HSTS
    keep = request.environ.get(_CACHEABLE) or profile.cache_control
    if response.status_code >= 400:
        keep = _ERRORS_KEPT if profile.cache_control and response.status_code in (404, 410) else ""
    response.headers["Cache-Control"] = keep or "no-store"
    return response
