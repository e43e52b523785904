"""Import on the web: upload, mapping, check, run.

Each step is kept in the database, so any web process can take the next one. Small files are done at once; for others the page
shows how far the scheduler has come.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.errors import Invalid
from tracker.imports import job_store, jobs, limits, readers, runner
from tracker.imports.columns import mapping, profile
from tracker.imports.columns.incoming import Problem
from tracker.imports.columns.rows import default_source
from tracker.imports.forms import ReadingForm, RunForm, SendForm
from tracker.imports.models import OPEN, ImportJob, State
from tracker.imports.readers import BadFile
from tracker.imports.routes.pages import PAGES, build_mapping_form, read_about, render_checked, render_index, render_mapping
from tracker.imports.stats import message_from_data
from tracker.ledger.reading import one_moment
from tracker.web import i18n
from tracker.web.access import Blueprint
from tracker.web.database import database, session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.pages import toast

bp = Blueprint("imports", __name__)


# A little more than the file itself: what a form puts round it.
_BODY_MAX: Final = limits.WEB.file_bytes + limits.MB


_PASTED: Final = "pasted.txt"


@bp.get("/import", needs=Role.EDITOR)
def index() -> ResponseReturnValue:
    """The form for a file, and the editor's own imports."""
    return render_index(SendForm())


@bp.post("/import", needs=Role.EDITOR, limit=_BODY_MAX)
def receive() -> ResponseReturnValue:
    """Take a file in and look at it."""
    form = SendForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return render_index(form), 422
    try:
        with _sent(form) as (path, name):
            pasted = form.file.data is None
            kind = readers.detect_kind(path, name, pasted=pasted, small=limits.AT_ONCE_BYTES)
            with writing() as current, run_once(current) as done:
                job = job_store.create_upload_job(
                    current, path, name, kind=kind, editor_id=current_editor().id, choices={}, state=State.READING
                )
                number, size = job.id, job.size
                answer = done(url_for("imports.show", import_id=number))
    except BadFile as refused:
        feed(form, Invalid(refused.message.text, field="pasted" if form.file.data is None else "file", **refused.message.params))
        return render_index(form), 422
    if size <= limits.AT_ONCE_BYTES:
        jobs.advance_job(database(), number)
    return answer


@contextmanager
def _sent(form: SendForm) -> Iterator[tuple[Path, str]]:
    """What was sent, as a file on disk for as long as the block lasts, and what it is called."""
    with tempfile.TemporaryDirectory(prefix="tracker-") as folder:
        path = Path(folder) / "file"
        if form.file.data is None:
            path.write_text(form.pasted.data, "utf-8", "surrogatepass", newline="")
            yield path, _PASTED
        else:
            form.file.data.save(path)
            yield path, form.file.data.filename


@bp.get("/import/<id:import_id>", needs=Role.EDITOR)
def show(import_id: int) -> ResponseReturnValue:
    """The page of the step that an import is at; `?columns=1` goes back to the mapping, `?mapping=` takes one that was kept."""
    job = load_job(import_id)
    if job.state in OPEN and job.about and ("columns" in request.args or job.state == State.MAPPING):
        return render_mapping(job, build_mapping_form(job, None))
    return PAGES[State(job.state)](job)


def load_job(import_id: int) -> ImportJob:
    return job_store.get_own_job(session(), import_id, current_editor().id)


@bp.post("/import/<id:import_id>/reading", needs=Role.EDITOR)
def read_again(import_id: int) -> ResponseReturnValue:
    """Read the file in another way."""
    job = load_job(import_id)
    form = ReadingForm(request.form)
    about, _facts = read_about(job)
    form.fit(about)
    if not form.validate():
        return render_mapping(job, build_mapping_form(job, None), form), 422
    chosen = {name: form[name].data for name in ("encoding", "delimiter", "sheet", "header_row") if name in form}
    with writing() as current, run_once(current) as done:
        job_store.change_state(current, job.id, OPEN, State.READING, choices=json.dumps(chosen))
        answer = done(url_for("imports.show", import_id=import_id, columns=1))
    if _is_small(job):
        jobs.advance_job(database(), import_id)
    return answer


@bp.post("/import/<id:import_id>/check", needs=Role.EDITOR)
def check(import_id: int) -> ResponseReturnValue:
    """Take the mapping, and find out what would come of each row."""
    job = load_job(import_id)
    form = build_mapping_form(job, request.form)
    if not form.validate():
        return render_mapping(job, form), 422
    wanted = form.plan()
    try:
        mapping.require_columns(wanted, form.facts.names)
        profile.require_answers(wanted, form.facts)
    except Invalid as refused:
        form.feed(refused)
        return render_mapping(job, form), 422
    with writing() as current, run_once(current) as done:
        job_store.request_check(current, job, wanted)
        if form.main.save_as.data:
            job_store.save_mapping(current, form.main.save_as.data, wanted, current_editor().id)
        answer = done(url_for("imports.show", import_id=import_id))
    if _is_small(job):
        jobs.advance_job(database(), import_id)
    return answer


def _is_small(job: ImportJob) -> bool:
    return jobs.is_small(job.size, job.rows_total)


@bp.post("/import/<id:import_id>/run", needs=Role.EDITOR)
def run(import_id: int) -> ResponseReturnValue:
    """Store what was checked."""
    job = load_job(import_id)
    form = RunForm(request.form)
    small = _is_small(job)
    try:
        with writing() as current, run_once(current) as done:
            job_store.request_run(
                current, job_store.get_own_job(current, import_id, current_editor().id), skip_bad=form.skip_bad.data
            )
            answer = done(url_for("imports.show", import_id=import_id))
    except Invalid as refused:
        feed(form, refused)
        return render_checked(load_job(import_id), form), 422
    if small:
        jobs.advance_job(database(), import_id)
    return answer


@bp.post("/import/<id:import_id>/discard", needs=Role.EDITOR)
def discard(import_id: int) -> ResponseReturnValue:
    """Delete the file. Claims that were stored from it remain."""
    with writing() as current, run_once(current) as done:
        job_store.delete_job(current, job_store.get_own_job(current, import_id, current_editor().id))
        toast(_("The file is deleted."))
        return done(url_for("imports.index"))


@bp.get("/import/<id:import_id>/bad-rows.csv", needs=Role.EDITOR)
def bad_rows(import_id: int) -> ResponseReturnValue:
    """The bad rows, each with what is wrong with it, to be mended and sent again."""
    job = load_job(import_id)
    about, facts = read_about(job)
    numbered_by = (mapping.from_json(job.plan).source if job.plan else "") or default_source(job.name)
    source, spoken, names = database(), i18n.language(), facts.names

    def rows() -> Iterator[tuple[list[str], list[Problem]]]:
        with one_moment(source) as reading_session:
            for row in job_store.list_rejected_rows(reading_session, import_id):
                problems = [
                    Problem(column, message_from_data(message), value) for column, message, value in json.loads(row.problems)
                ]
                yield json.loads(row.cells), problems

    def pieces() -> Iterator[bytes]:
        with i18n.use_language(spoken):
            for piece in runner.format_rejected_rows(names, rows(), delimiter=about.delimiter, source=numbered_by):
                yield piece.encode("utf-8")

    response = Response(pieces(), content_type="text/csv; charset=utf-8")
    # The number names it, not the sender: a name may hold anything.
    response.headers["Content-Disposition"] = f'attachment; filename="import-{import_id}-bad-rows.csv"'
    return response
