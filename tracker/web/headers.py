"""The headers of every answer. They are set last, so that no route or extension can override them."""

from typing import Final

from flask import Flask, Response, request

_NOTHING: Final = "'none'"
_OURS: Final = "'self'"

CSP: Final = "; ".join(
    f"{directive} {source}"
    for directive, source in {
        "default-src": _NOTHING,
        "style-src": _OURS,
        "font-src": _OURS,
        "img-src": _OURS,
        "script-src": _OURS,
        "connect-src": _OURS,
        "form-action": _OURS,
        "base-uri": _NOTHING,
        "frame-ancestors": _NOTHING,
    }.items()
)

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
_HSTS: Final = "max-age=31536000"
_CACHEABLE: Final = "tracker.cache_control"


def cacheable(seconds: int, *, public: bool = True) -> None:
    """Let the answer to this request be kept for so long; without this call nothing is. For pages that are the same for all."""
    request.environ[_CACHEABLE] = f"{'public' if public else 'private'}, max-age={seconds}"


def init_app(app: Flask) -> None:
    """Set the headers after everything else: what comes first in the list runs last."""
    app.after_request_funcs.setdefault(None, []).insert(0, _set)


def _set(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers[name] = value
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _HSTS
    keep = request.environ.get(_CACHEABLE)
    response.headers["Cache-Control"] = keep if keep and response.status_code < 400 else "no-store"
    return response
