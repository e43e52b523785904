"""The one place where a refusal or a failure becomes a page: what happened, what was kept, what to do next.

Nothing typed is lost: a page that answers a POST shows what was sent. Pages for a failing database are drawn without it.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import structlog
from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from tracker.errors import N_, Invalid, Refusal
from tracker.outages import is_disk_full, is_outage
from tracker.web import forms, i18n, limits, page_context
from tracker.web.problems import FieldError, render_problem
from tracker.web.public_paths import is_api_path, is_public_path
from tracker.web.request_log import request_id

log = structlog.get_logger(__name__)

# What a status means to a person: the heading, and the sentence where the error brings none of its own.
_WORDS: Final = {
    400: (N_("This request could not be understood"), N_("Some of the data was lost or damaged on the way. Try again.")),
    401: (N_("Please sign in"), N_("This page is for the editors of this newsroom.")),
    403: (N_("You are not allowed to do this"), N_("Your role in this newsroom does not allow it. Nothing was changed.")),
    404: (N_("Page not found"), N_("The address is wrong, or you do not have access to this page.")),
    405: (N_("This address does not work that way"), N_("It cannot be opened or sent to like this. Nothing was changed.")),
    409: (
        N_("Someone else changed this first"),
        N_("This changed while you were working on it. Your changes are not saved yet."),
    ),
    410: (N_("This link no longer works"), N_("It works once, and for a while only. Ask for a new one.")),
    413: (N_("Too much data"), N_("At most %(size)s MB in %(fields)s fields can be sent here. Nothing was saved.")),
    415: (N_("This kind of content is not accepted here"), N_("Only form data is accepted here. Nothing was saved.")),
    422: (N_("This cannot be used as it is"), N_("Some of the data is missing or invalid. Nothing was saved.")),
    429: (N_("Too many tries"), N_("Wait a moment, then try again.")),
    500: (N_("Something went wrong on our side"), N_("You did nothing wrong.")),
    503: (
        N_("Tracker cannot store or read data right now"),
        N_("Its database is unavailable or full. Try again in a minute."),
    ),
}
# Where what a page says does not fit a program.
_API_WORDS: Final = {
    401: N_("Send a token of the API in the header Authorization: Bearer."),
    404: N_("There is nothing at this address, or your token may not see it."),
    405: N_("This address does not take that method. Nothing was changed."),
    415: N_("Send JSON, with Content-Type: application/json. Nothing was saved."),
    500: N_("The failure was logged under the incident’s number."),
}
_CSRF_WORDS: Final = (
    N_("This page was open for too long, or you were signed out"),
    N_("So we cannot be sure that it was you who sent it, and nothing was saved."),
)
_FORM_WORDS: Final = (
    N_("This address is only for sending a form"),
    N_("It cannot be opened on its own, for example from a bookmark or a tab that was restored. Nothing was changed."),
)

# A transaction may have been stored although its answer was lost: then the outcome is unknown.
_UNSURE: Final = N_("What you sent may not have been saved. Look before you send it again.")
_TWICE: Final = N_("Sending the same form again does no harm: it counts once.")

# Fields that a form carries for itself, and those that must never be shown again.
_CARRIED: Final = frozenset({"csrf_token", "form_token", "version", "next", "place"})
_SECRET: Final = re.compile(r"passw|secret|token|otp|^code$|recovery", re.IGNORECASE)
_LATER: Final = {"Retry-After": "30"}
_DISK_FULL: Final = N_("The server’s disk is full. Tell your server administrator.")
_KEPT_HEADERS: Final = ("Allow", "Retry-After", "WWW-Authenticate")


@dataclass(frozen=True)
class Typed:
    """One field that was sent: what the form called it, and what stood in it."""

    name: str
    label: str
    value: str

    @property
    def is_long(self) -> bool:
        """Whether it needs an area to be read in."""
        return len(self.value) > 80 or "\n" in self.value


def init_app(app: Flask) -> None:
    """Handle every refusal, HTTP error and failure."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(Exception, _crashed)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if is_api_path(request.path):
        return _problem(refusal.status, i18n.translate(refusal.message), errors=_field_errors(refusal))
    is_away = refusal.status == 503
    if is_away:
        page_context.disable_database()
    return _page(refusal.status, text=i18n.translate(refusal.message), resend=is_away, headers=_LATER if is_away else None)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response  # a ready answer, aborted with
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, InternalServerError):
        return _failed(error.original_exception or error, 500)
    headers = {name: value for name, value in error.get_headers() if name in _KEPT_HEADERS}
    if isinstance(error, CSRFError):
        return _page(status, words=_CSRF_WORDS, resend=True, headers=headers)
    is_opened = request.method in {"GET", "HEAD"} and not is_api_path(request.path)
    words = _FORM_WORDS if status == 405 and is_opened else None
    return _page(status, text=_description_of(error), words=words, resend=status == 401, headers=headers)


def _description_of(error: HTTPException) -> str:
    """The sentence that a route of ours aborted with, already translated; "" for those of other people's code."""
    is_ours = type(error).__module__ == "werkzeug.exceptions" and not isinstance(error, SecurityError)
    return str(vars(error).get("description") or "") if is_ours else ""


def _database(error: SQLAlchemyError) -> ResponseReturnValue:
    if not is_outage(error):
        return _crashed(error)
    page_context.disable_database()
    return _failed(error, 503, resend=True, headers=_LATER)


def _disk(error: OSError) -> ResponseReturnValue:
    if not is_disk_full(error):
        return _crashed(error)
    return _failed(error, 503, text=i18n.gettext(_DISK_FULL), resend=True, headers=_LATER)


def _crashed(error: Exception) -> ResponseReturnValue:
    if _is_watched():
        raise error
    return _failed(error, 500)


def _is_watched() -> bool:
    """Whether a developer or a test wants to see the failure itself."""
    asked = current_app.config["PROPAGATE_EXCEPTIONS"]
    return bool(asked) if asked is not None else current_app.testing or current_app.debug


def _failed(
    error: BaseException, status: int, *, text: str = "", resend: bool = False, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    incident = "-".join((secrets.token_hex(2), secrets.token_hex(2))).upper()
    log.error(
        "page failed",
        incident=incident,
        request_id=request_id(),
        status=status,
        method=request.method,
        path=request.path,
        exc_info=error,
    )
    return _page(status, text=text, incident=incident, resend=resend, headers=headers)


def _page(
    status: int,
    *,
    text: str = "",
    words: tuple[str, str] | None = None,
    incident: str = "",
    resend: bool = False,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """Draw the page. Should that fail as well, once more without the database, and then in plain words."""
    if is_api_path(request.path):
        return _problem(status, text, words, incident, headers)
    g.tracker_failing = True
    for attempt in (1, 2):
        try:
            body = _drawn(status, text, words or _WORDS.get(status, _WORDS[500 if status >= 500 else 400]), incident, resend)
            break
        except Exception as failure:
            page_context.disable_database()
            log.error("error page failed", attempt=attempt, incident=incident, exc_info=failure)
    else:
        body = f"<!doctype html><title>Error</title><h1>Error {status}</h1><p>{incident}</p>"
    response = make_response(body, status)
    response.headers.extend(headers or {})
    return response


def _problem(
    status: int,
    text: str,
    words: tuple[str, str] | None = None,
    incident: str = "",
    headers: dict[str, str] | None = None,
    errors: Iterable[FieldError] = (),
) -> ResponseReturnValue:
    title, general = words or _WORDS.get(status, _WORDS[500 if status >= 500 else 400])
    detail = text or _say(status, _API_WORDS.get(status, general))
    more = {"incident": incident} if incident else None
    later = _LATER if status == 503 else None
    return render_problem(status, i18n.gettext(title), detail, errors=errors, headers=headers or later, more=more)


def _field_errors(refusal: Refusal) -> tuple[FieldError, ...]:
    field = refusal.field if isinstance(refusal, Invalid) else None
    return (FieldError(field, i18n.translate(refusal.message)),) if field else ()


def _say(status: int, sentence: str) -> str:
    sizes = {"size": (request.max_content_length or limits.BODY_MAX) // (1024 * 1024), "fields": limits.FIELDS_MAX}
    return i18n.gettext(sentence, **(sizes if status == 413 else {}))


def _drawn(status: int, text: str, words: tuple[str, str], incident: str, resend: bool) -> str:
    text = text or _say(status, words[1])
    again = _hidden_fields() if resend else None
    if status >= 500 and request.method == "POST":
        is_counted = again is not None and any(name == "form_token" for name, _ in again)
        if is_counted or incident:  # of a refusal it is known that nothing was stored
            text = f"{text} {i18n.gettext(_TWICE if is_counted else _UNSURE)}"
    # Not by Flask's render_template: that asks every extension for its part first, and one of them asks the database.
    if is_public_path(request.path):
        # Readers get a page of their own, without the newsroom's session, and the line of what was taken offline.
        return current_app.jinja_env.get_template("public/error.html").render(
            status=status, heading=i18n.gettext(words[0]), text=text, incident=incident
        )
    return current_app.jinja_env.get_template("errors/page.html").render(
        problem=True,
        status=status,
        heading=i18n.gettext(words[0]),
        text=text,
        incident=incident,
        request_id=request_id(),
        typed=typed(),
        again=again,
        parent=_find_parent() if status == 405 else None,
        is_fragment="HX-Request" in request.headers,
    )


def _find_parent() -> str | None:
    """The path of the nearest page above this address that can be opened: /claims/7 for /claims/7/verdicts."""
    adapter = current_app.create_url_adapter(request)
    path = request.path.rstrip("/")  # it begins with one slash, however many were sent
    while adapter is not None and (path := path.rpartition("/")[0]):
        if adapter.test(path, "GET"):
            return request.script_root + path
    return None


def _form() -> list[tuple[str, str]]:
    """What was sent, [] where it cannot be read or is not worth showing."""
    if request.method not in {"POST", "PUT", "PATCH"}:
        return []
    try:
        return list(request.form.items(multi=True))
    except (HTTPException, ValueError, OSError):
        return []


def typed() -> list[Typed]:
    """What a person typed into the form that was sent, to be shown on a page that could not take it. No secrets."""
    sent = _form()
    names = {name for name, _value in sent}
    return [
        Typed(name, forms.label_of(name, names), value)
        for name, value in sent
        if value.strip() and name not in _CARRIED and not _SECRET.search(name)
    ]


def _hidden_fields() -> list[tuple[str, str]] | None:
    """The fields of a form that sends the same once more; None where that is not safe or not possible."""
    sent = _form()
    if not sent or request.files or not _is_from_us():
        return None
    fields = [(name, value) for name, value in sent if name != "csrf_token"]
    return None if any(_SECRET.search(name) and name != "form_token" for name, _ in fields) else fields


def _is_from_us() -> bool:
    """Whether the browser vouches that the form stood on a page of ours. Only then may a page of ours offer to send it again:
    otherwise another site could have filled it in, and one click would make it real."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")
