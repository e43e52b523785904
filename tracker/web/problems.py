"""Refusals and failures of the API as `application/problem+json` (RFC 9457), in the language that the request asks for."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response

from tracker.web import i18n
from tracker.web.request_log import request_id

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "/api/v1/problems/"
# The last part of each `type`; other kinds of a status name themselves.
SLUGS: Final = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "conflict",
    410: "gone",
    412: "stale",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    428: "precondition-required",
    429: "too-many-requests",
    500: "internal",
    503: "unavailable",
}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its name, the sentence for a person and the key for a program."""

    field: str
    message: str
    code: str = "invalid"


def render_problem(
    status: int,
    title: str,
    detail: str,
    *,
    errors: Iterable[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """Return the answer. `title` and `detail` are translated already; `more` are further members."""
    body: dict[str, object] = {
        "type": PREFIX + SLUGS.get(status, "malformed" if status < 500 else "internal"),
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request_id(),
        **(more or {}),
    }
    if found := [vars(error) for error in errors]:
        body["errors"] = found
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    response.headers.extend(headers or {})
    response.headers["Content-Language"] = i18n.language()
    response.vary.add("Accept-Language")
    return response
