"""Answers of the API: JSON with its ETag, and refusals with what programs need to know of them."""

import hashlib
import json
import re
from typing import Any, Final

from flask import Flask, Response, request

from tracker.api.errors import NotAcceptable, PreconditionFailed, PreconditionRequired, TooManyRequests, Unauthenticated
from tracker.errors import N_, Refusal
from tracker.web import i18n
from tracker.web.headers import answer_if_changed
from tracker.web.problems import FieldError, render_problem

_ETAG: Final = re.compile(r'"claim-([1-9][0-9]{0,18})-([1-9][0-9]{0,9})(?:-[0-9a-f]{16})?"')
_CLASH: Final = N_("Someone else changed this field, too.")
_TITLES: Final = {
    401: N_("This needs a token"),
    406: N_("Not in this format"),
    412: N_("Someone else changed this first"),
    428: N_("The version is missing"),
    429: N_("Too many requests"),
}


def init_app(app: Flask) -> None:
    """Answer the refusals that only the API has."""
    for kind in (NotAcceptable, PreconditionFailed, Unauthenticated, TooManyRequests, PreconditionRequired):
        app.register_error_handler(kind, _refuse)


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
    response.headers.extend(headers or {})
    return response


def answer_claim(row: dict[str, object]) -> Response:
    """One claim with its ETag; 304 where the program has exactly this. The claim's number and version come first in it.

    A digest of what is shown follows: being flagged on its day changes a claim and leaves its version alone.
    """
    response = answer(row)
    digest = hashlib.sha256(response.get_data()).hexdigest()[:16]
    return answer_if_changed(f"claim-{row['claim_id']}-{row['version']}-{digest}", lambda: response)


def read_version(claim_id: int) -> int:
    """The version in If-Match. Raises PreconditionRequired without one; an ETag of another row is one that cannot match."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        raise PreconditionRequired()
    found = _ETAG.fullmatch(given.removeprefix("W/"))
    return int(found[2]) if found and int(found[1]) == claim_id else 0


def _refuse(refusal: Refusal) -> Response:
    headers: dict[str, str] = {}
    more: dict[str, object] = {}
    errors: list[FieldError] = []
    if isinstance(refusal, Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="tracker"' + (', error="invalid_token"' if refusal.was_sent else "")
    if isinstance(refusal, TooManyRequests):
        headers["Retry-After"] = str(refusal.seconds)
    if isinstance(refusal, PreconditionFailed):
        more["version"] = refusal.version
        errors = [FieldError(name, i18n.gettext(_CLASH), "clash") for name in refusal.fields]
    title = i18n.gettext(_TITLES[refusal.status])
    return render_problem(refusal.status, title, i18n.translate(refusal.message), errors=errors, headers=headers, more=more)
