"""Downloads for those who are signed in."""

from collections.abc import Iterator
from datetime import date

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.claims.words import Outcome
from tracker.errors import N_, Invalid
from tracker.exchange import cells, verdicts
from tracker.history.reading import one_moment
from tracker.newsroom import settings
from tracker.newsroom.roles import Role
from tracker.web.access import needs
from tracker.web.database import database, session

bp = Blueprint("exports", __name__)

ID_MAX = 2**63 - 1


def init_app(app: Flask) -> None:
    """Add the downloads to an application."""
    app.register_blueprint(bp)


@bp.get("/export/verdicts.csv")
@needs(Role.VIEWER, direct=True)
def verdicts_csv() -> ResponseReturnValue:
    """The signed verdicts as CSV; `?excel=1` for Excel in French. Filters as in the address of a list."""
    pieces = cells.as_csv(verdicts.COLUMNS, _rows(_filters()), excel=request.args.get("excel") == "1")
    return _download(pieces, "text/csv; charset=utf-8", "verdicts", "csv")


@bp.get("/export/verdicts.jsonl")
@needs(Role.VIEWER, direct=True)
def verdicts_jsonl() -> ResponseReturnValue:
    """The signed verdicts as JSON Lines."""
    return _download(cells.as_jsonl(verdicts.COLUMNS, _rows(_filters())), "application/x-ndjson", "verdicts", "jsonl")


def _rows(filters: verdicts.Filters) -> Iterator[list[object]]:
    # The answer is streamed after the request's own session is closed, so it has a session to itself.
    source = database()

    def read() -> Iterator[list[object]]:
        with one_moment(source) as reading:
            yield from verdicts.rows(reading, filters)

    return read()


def _filters() -> verdicts.Filters:
    outcome = request.args.get("verdict") or None
    if outcome is not None and outcome not in set(Outcome):
        raise Invalid(N_("There is no such verdict."), field="verdict")
    return verdicts.Filters(
        topic=_id("topic"),
        speaker=_id("speaker"),
        article=_id("article"),
        owner=_id("owner"),
        outcome=Outcome(outcome) if outcome else None,
        since=_day("since"),
        with_sample=current_app.extensions["tracker_settings"].demo,
    )


def _id(name: str) -> int | None:
    given = request.args.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 20 and 0 < int(given) <= ID_MAX):
        raise Invalid(N_("This filter takes a number."), field=name)
    return int(given)


def _day(name: str) -> date | None:
    given = request.args.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid(N_("This filter takes a day such as 2024-03-11."), field=name) from None


def _download(pieces: Iterator[str], mimetype: str, name: str, ending: str) -> Response:
    today = clock.today(settings.load(session()).zone)
    response = Response((piece.encode("utf-8") for piece in pieces), content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{today.isoformat()}.{ending}"'
    return response
