"""Downloads for those who are signed in."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.roles import Role
from tracker.claims.enums import Outcome
from tracker.claims.labels import label
from tracker.errors import N_, Invalid, NotFound
from tracker.exports import formats, snapshot, workbook
from tracker.exports.data_dictionary import MEANINGS
from tracker.exports.query import Filters
from tracker.exports.tables import TABLES, Table
from tracker.ledger.reading import one_moment
from tracker.newsroom import settings
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.access import Blueprint
from tracker.web.database import app_settings, database, session
from tracker.web.dates import UnreadableDay, parse_iso_day
from tracker.web.forms import ChoiceField, DayField, Form, collect_refusals
from tracker.web.forms import lazy_gettext as _l


class ExportForm(Form):
    """Which rows of a table. Field names are those of the address of an export."""

    since = DayField(_l("From"), prefer="past", hint=_l("The first day of the period."))
    until = DayField(_l("Until"), prefer="past", hint=_l("The last day of the period."))
    as_of = DayField(_l("As of"), prefer="past", hint=_l("The state at the end of that day."))
    verdict = ChoiceField(_l("Verdict"), Outcome, labels=label, blank=_l("All verdicts"))


bp = Blueprint("exports", __name__)

Given = TypeVar("Given")

ID_MAX = 2**63 - 1
SELECTION_MAX = 500
COUNT_MAX = 100_000  # rows that are counted before an export
# What the address of an export may name; anything else would be a filter that is ignored.
_ARGUMENTS: Final = frozenset({"topic", "speaker", "article", "owner", "desk", "verdict", "since", "until", "as_of", "excel"})
# Formats by their names in the address of the page.
KINDS: Final = {
    "csv": N_("CSV, comma"),
    "excel": N_("CSV, semicolon (Excel in French)"),
    "xlsx": N_("Workbook (XLSX)"),
    "jsonl": N_("JSON Lines"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/exports", needs=Role.VIEWER)
def index() -> ResponseReturnValue:
    """What can be exported. With a table in the address: how many rows that is, and the address of the file."""
    if "table" not in request.args:
        return _render_index(ExportForm())
    table, form = _table(request.args["table"]), ExportForm(request.args)
    filters = _read_filters(table, form)
    if filters is None:
        return _render_index(form), 422
    # A state of an earlier day is counted only once it has been restored.
    count = None if form.as_of.data else table.count(session(), filters, COUNT_MAX)
    return _render_index(form, address=_address(table, form), count=count)


@bp.get("/export", needs=Role.VIEWER)
def chosen() -> ResponseReturnValue:
    """The form of `index`: leads on to the file that was chosen."""
    table, form = _table(request.args.get("table", "verdicts")), ExportForm(request.args)
    if _read_filters(table, form) is None:
        return _render_index(form), 422
    return redirect(_address(table, form), 303)


def _render_index(form: ExportForm, *, address: str = "", count: int | None = None) -> str:
    language = 1 if i18n.language() == "fr" else 0
    return render_template(
        "exports/index.html",
        tables=list(TABLES.values()),
        kinds=KINDS,
        form=form,
        chosen=request.args.get("table", "verdicts"),
        kind=_kind(),
        address=address,
        count=count,
        most=COUNT_MAX,
        meanings={column: meaning[language] for column, meaning in MEANINGS.items()},
    )


def _kind() -> str:
    kind = request.args.get("as", "csv")
    if kind not in KINDS:
        raise NotFound()
    return kind


def _read_filters(table: Table, form: ExportForm) -> Filters | None:
    """What the form asks for; None, with its errors in the form, where that cannot be."""
    if not form.validate():
        return None
    chosen = Filters(outcome=form.verdict.data, since=form.since.data, until=form.until.data, with_sample=app_settings().demo)
    with collect_refusals(form):
        table.check(chosen, form.as_of.data)
    return None if form.errors else chosen


def _address(table: Table, form: ExportForm) -> str:
    """The address of the file that was chosen, which gives the same export again."""
    kind = _kind()
    given: dict[str, str] = {name: form[name].data.isoformat() for name in ("since", "until", "as_of") if form[name].data}
    if form.verdict.data:
        given["verdict"] = form.verdict.data.value
    if kind == "excel":
        given["excel"] = "1"
    ending = "csv" if kind == "excel" else kind
    return url_for("exports.download", name=table.name, ending=ending, _external=True, **given)


@bp.get("/export/<name>.<ending>", needs=Role.VIEWER, direct=True)
def download(name: str, ending: str) -> ResponseReturnValue:
    """A table as csv (`?excel=1` for Excel in French), jsonl or xlsx. Filters as in the address of a list."""
    return _send(_table(name), ending, excel=request.args.get("excel") == "1")


@bp.post("/export/selection.csv", needs=Role.VIEWER)
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
    filters, as_of = _filters(), _read_day_arg("as_of")
    table.check(filters, as_of)
    if ending == "csv":
        pieces = formats.format_csv(table.columns, _rows(table, filters, as_of), excel=excel)
        return _download((p.encode("utf-8") for p in pieces), "text/csv; charset=utf-8", table.name, ending)
    if ending == "jsonl":
        pieces = formats.format_jsonl(table.columns, _rows(table, filters, as_of))
        return _download((p.encode("utf-8") for p in pieces), "application/x-ndjson", table.name, ending)
    if ending == "xlsx":
        return _download(_workbook(table, filters, as_of), XLSX, table.name, ending)
    raise NotFound()


def _rows(table: Table, filters: Filters, as_of: date | None = None) -> Iterator[list[object]]:
    # The answer is streamed after the request's own session is closed, so it has a session to itself.
    source = database()

    def read() -> Iterator[list[object]]:
        if as_of is not None:
            with snapshot.restore_snapshot(source, as_of) as past, past.database.reading() as reading:
                yield from table.rows(reading, filters)
            return
        with one_moment(source) as reading:
            yield from table.rows(reading, filters)

    return read()


def _workbook(table: Table, filters: Filters, as_of: date | None) -> Iterator[bytes]:
    rows = _rows(table, filters, as_of)

    def read() -> Iterator[bytes]:
        with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
            path = Path(folder) / "export.xlsx"
            workbook.write_workbook(path, table.name, table.columns, rows)
            with path.open("rb") as file:
                while piece := file.read(65_536):
                    yield piece

    return read()


def _filters() -> Filters:
    unknown = next((name for name in request.args if name not in _ARGUMENTS), None)
    if unknown is not None:
        raise Invalid(N_("This export cannot be filtered like that."), field=unknown)
    outcome = request.args.get("verdict") or None
    if outcome is not None and outcome not in set(Outcome):
        raise Invalid(N_("There is no such verdict."), field="verdict")
    return Filters(
        topic=_given("topic", _id),
        speaker=_given("speaker", _id),
        article=_given("article", _id),
        owner=_given("owner", _id),
        desk=_given("desk", _id),
        outcome=Outcome(outcome) if outcome else None,
        since=_read_day_arg("since"),
        until=_read_day_arg("until"),
        with_sample=app_settings().demo,
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


def _read_day_arg(name: str) -> date | None:
    """The day that the request's address gives under a name, None where it gives none. Raises Invalid, naming the argument."""
    given = request.args.get(name, "")
    if not given:
        return None
    try:
        return parse_iso_day(given)
    except UnreadableDay as error:
        raise Invalid(error.message.text, field=name, **error.message.params) from None
