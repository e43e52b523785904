"""Downloads for those who are signed in."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.roles import Role
from tracker.claims.words import Outcome
from tracker.errors import N_, Invalid, NotFound
from tracker.exports import formats, workbook
from tracker.exports.query import Filters
from tracker.exports.tables import TABLES, Table
from tracker.ledger.reading import one_moment
from tracker.newsroom import settings
from tracker.pagination import read_id
from tracker.web.access import needs
from tracker.web.database import database, session
from tracker.web.query_args import read_day_arg

bp = Blueprint("exports", __name__)

Given = TypeVar("Given")

ID_MAX = 2**63 - 1
SELECTION_MAX = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def init_app(app: Flask) -> None:
    """Add the downloads to an application."""
    app.register_blueprint(bp)


@bp.get("/exports")
@needs(Role.VIEWER)
def index() -> ResponseReturnValue:
    """What can be downloaded, and how."""
    return render_template("exports/index.html", tables=list(TABLES.values()), outcomes=list(Outcome))


@bp.get("/export")
@needs(Role.VIEWER)
def chosen() -> ResponseReturnValue:
    """The form of `index`: leads on to the file that was chosen."""
    kind = request.args.get("as", "csv")
    return _send(_table(request.args.get("table", "verdicts")), "csv" if kind == "excel" else kind, excel=kind == "excel")


@bp.get("/export/<name>.<ending>")
@needs(Role.VIEWER, direct=True)
def download(name: str, ending: str) -> ResponseReturnValue:
    """A table as csv (`?excel=1` for Excel in French), jsonl or xlsx. Filters as in the address of a list."""
    return _send(_table(name), ending, excel=request.args.get("excel") == "1")


@bp.post("/export/selection.csv")
@needs(Role.VIEWER)
def selection() -> ResponseReturnValue:
    """The claims that were ticked on the queue, as csv; `pick` and `picks` as for what is done to them."""
    given = [*request.form.getlist("pick"), *request.form.get("picks", "").split(",")]
    claims = {read_id(pick.partition(":")[0]) for pick in given if pick}
    wanted = tuple(sorted(number for number in claims if number is not None))
    if not wanted:
        raise Invalid(N_("Choose at least one claim first."))
    if len(wanted) > SELECTION_MAX:
        raise Invalid(N_("At most %(most)s claims at once."), most=SELECTION_MAX)
    table = TABLES["claims"]
    pieces = formats.format_csv(table.columns, _rows(table, Filters(claims=wanted, with_sample=True)), excel=False)
    return _download((p.encode("utf-8") for p in pieces), "text/csv; charset=utf-8", table.name, "csv")


def _table(name: str) -> Table:
    if name not in TABLES:
        raise NotFound()
    return TABLES[name]


def _send(table: Table, ending: str, *, excel: bool) -> Response:
    filters = _filters()
    table.check(filters)
    if ending == "csv":
        pieces = formats.format_csv(table.columns, _rows(table, filters), excel=excel)
        return _download((p.encode("utf-8") for p in pieces), "text/csv; charset=utf-8", table.name, ending)
    if ending == "jsonl":
        pieces = formats.format_jsonl(table.columns, _rows(table, filters))
        return _download((p.encode("utf-8") for p in pieces), "application/x-ndjson", table.name, ending)
    if ending == "xlsx":
        return _download(_workbook(table, filters), XLSX, table.name, ending)
    raise NotFound()


def _rows(table: Table, filters: Filters) -> Iterator[list[object]]:
    # The answer is streamed after the request's own session is closed, so it has a session to itself.
    source = database()

    def read() -> Iterator[list[object]]:
        with one_moment(source) as reading:
            yield from table.rows(reading, filters)

    return read()


def _workbook(table: Table, filters: Filters) -> Iterator[bytes]:
    rows = _rows(table, filters)

    def read() -> Iterator[bytes]:
        with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
            path = Path(folder) / "export.xlsx"
            workbook.write_workbook(path, table.name, table.columns, rows)
            with path.open("rb") as file:
                while piece := file.read(65_536):
                    yield piece

    return read()


def _filters() -> Filters:
    if read_day_arg("as_of"):
        raise Invalid(N_("For the state of an earlier day, use the command: tracker export --as-of."), field="as_of")
    outcome = request.args.get("verdict") or None
    if outcome is not None and outcome not in set(Outcome):
        raise Invalid(N_("There is no such verdict."), field="verdict")
    return Filters(
        topic=_given("topic", _id),
        speaker=_given("speaker", _id),
        article=_given("article", _id),
        owner=_given("owner", _id),
        outcome=Outcome(outcome) if outcome else None,
        since=read_day_arg("since"),
        with_sample=current_app.extensions["tracker_settings"].demo,
    )


def _given(name: str, read: Callable[[str, str], Given]) -> Given | None:
    value = request.args.get(name, "")
    return read(name, value) if value else None


def _id(name: str, given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 20 and 0 < int(given) <= ID_MAX):
        raise Invalid(N_("This filter takes a number."), field=name)
    return int(given)


def _download(pieces: Iterator[bytes], mimetype: str, name: str, ending: str) -> Response:
    """A streamed file. It has no length and ends with the last chunk, so one that breaks off is known to be incomplete."""
    today = clock.today(settings.load(session()).zone)
    response = Response(pieces, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{today.isoformat()}.{ending}"'
    return response
