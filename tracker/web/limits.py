"""How much a request may send, and in which form. What is over is refused before it is read.

Werkzeug bounds multipart forms by itself; the bounds on a form that comes as one string are set here.
"""

from collections.abc import Callable
from typing import IO, Any, Final, TypeVar
from urllib.parse import parse_qsl

from flask import Flask, Request, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

FORM_MAX: Final = 16 * 1024  # bytes of a form that strangers may send
BODY_MAX: Final = 2 * 1024 * 1024  # bytes; an article of 100,000 words fits with room to spare
FIELDS_MAX: Final = 1_000
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

View = TypeVar("View", bound=Callable[..., Any])


class _FormParser(FormDataParser):
    """Refuses what Werkzeug would let pass: forms of too many fields, and bytes that are no UTF-8."""

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        body = stream.read()
        # A stream of unknown length stops at the limit silently and reports it only when more is read.
        stream.read(1)
        if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge()
        try:
            items = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
        except ValueError:
            raise BadRequest() from None
        return stream, self.cls(items), self.cls()


class TrackerRequest(Request):
    """A request whose form is read with our bounds."""

    form_data_parser_class = _FormParser


def body_limit(most: int) -> Callable[[View], View]:
    """Let a view take a body of that many bytes, such as an import. Put it right above the function."""

    def mark(view: View) -> View:
        view.tracker_body_limit = most  # type: ignore[attr-defined]
        return view

    return mark


def takes(*mimetypes: str) -> Callable[[View], View]:
    """Let a view take bodies of other kinds than a form. Put it right above the function."""

    def mark(view: View) -> View:
        view.tracker_takes = frozenset(mimetypes)  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Set the bounds; they hold before anything reads the body."""
    app.request_class = TrackerRequest
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_MAX
    app.config["MAX_FORM_PARTS"] = FIELDS_MAX
    app.before_request(_bound)


def _bound() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "tracker_body_limit", None)
    if most is not None:
        request.max_content_length = most
        request.max_form_memory_size = most
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        # Answered at once, before waiting for the body to arrive.
        raise RequestEntityTooLarge()
    if request.method in {"POST", "PUT", "PATCH", "DELETE"} and request.endpoint is not None:
        has_body = bool(request.content_length) or "chunked" in request.headers.get("Transfer-Encoding", "").lower()
        if has_body and request.mimetype not in _FORMS | getattr(view, "tracker_takes", frozenset()):
            raise UnsupportedMediaType()
