"""An id for each request, in its answer, on error pages and in every log line; counters for metrics; an access log as JSON."""

import secrets
from typing import Final

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import Counter, Histogram

from tracker import clock

log = structlog.get_logger("tracker.access")

HEADER: Final = "X-Request-ID"
# Asked by probes and scrapers, every few seconds.
_NOT_COUNTED: Final = frozenset({"health"})

REQUESTS: Final = Counter("tracker_requests_total", "Requests answered.", ("method", "endpoint", "status"))
SECONDS: Final = Histogram(
    "tracker_request_seconds",
    "Time until the answer was ready.",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def init_app(app: Flask, *, access_log: bool) -> None:
    """Give every request its id and count it; with `access_log`, write a line about it."""
    app.extensions["tracker_access_log"] = access_log
    app.before_request_funcs.setdefault(None, []).insert(0, _start)
    app.after_request_funcs.setdefault(None, []).insert(0, _finish)


def request_id() -> str:
    """Return the id of this request, which is made when it is first asked for."""
    if "tracker_request_id" not in g:
        g.tracker_request_id = secrets.token_hex(8)
    found: str = g.tracker_request_id
    return found


def _start() -> None:
    g.tracker_started = clock.monotonic()
    structlog.contextvars.bind_contextvars(request_id=request_id())


def _finish(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    seconds = clock.monotonic() - g.get("tracker_started", clock.monotonic())
    # The endpoint and not the path: addresses hold names and numbers without end.
    endpoint = request.endpoint or "none"
    if request.blueprint not in _NOT_COUNTED:
        REQUESTS.labels(request.method, endpoint, str(response.status_code)).inc()
        SECONDS.labels(endpoint).observe(seconds)
        _log(response, endpoint, seconds)
    structlog.contextvars.unbind_contextvars("request_id")
    return response


def _log(response: Response, endpoint: str, seconds: float) -> None:
    if current_app.extensions["tracker_access_log"]:
        log.info(
            "request",
            request_id=request_id(),
            method=request.method,
            path=request.path,  # without the query: it may hold words of a search
            endpoint=endpoint,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            bytes=response.calculate_content_length(),
            address=request.remote_addr,
            agent=request.user_agent.string[:200],
        )
