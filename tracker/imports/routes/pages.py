"""The pages of an import, one for each step, and what they show of the file, its mapping and its counts."""

import json
from typing import Final

from flask import render_template, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tracker.accounts.access import current_editor
from tracker.accounts.models import Editor
from tracker.accounts.queries import working_editors
from tracker.articles import queries as articles
from tracker.articles.models import Article
from tracker.errors import NotFound
from tracker.imports import job_store, limits, presentation
from tracker.imports.columns import mapping, profile
from tracker.imports.columns.fields import FIELDS, GROUPS
from tracker.imports.columns.known_formats import find_format
from tracker.imports.columns.mapping import ColumnMapping
from tracker.imports.columns.profile import FileProfile
from tracker.imports.forms import MappingForm, ReadingForm, RunForm, SendForm
from tracker.imports.models import ImportJob, State
from tracker.imports.presentation import describe_file
from tracker.imports.readers import FileInfo
from tracker.imports.stats import ImportStats, message_from_data
from tracker.imports.storing.lookups import find_articles
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.database import session
from tracker.web.page_context import ctx


def render_index(form: SendForm) -> str:
    """The form for a file, and the editor's own imports with their counts."""
    jobs = job_store.list_recent_jobs(session(), current_editor().id)
    return render_template(
        "imports/index.html",
        form=form,
        jobs=jobs,
        tallies={job.id: read_tally(job) for job in jobs.rows},
        jobs_most=job_store.RECENT,
        State=State,
    )


def render_waiting(job: ImportJob) -> str:
    """How far the scheduler has come."""
    return render_template("imports/waiting.html", job=job, State=State, whole=job.rows_total <= limits.WHOLE)


def render_checked(job: ImportJob, form: RunForm | None = None) -> str:
    """What would come of the rows, with the form that stores them."""
    tally = read_tally(job)
    return render_template(
        "imports/checked.html",
        job=job,
        form=form or RunForm(),
        tally=tally,
        labels=_labels(),
        bad_rows_kept=job_store.count_rejected_rows(session(), job.id),
        readings=list(presentation.list_readings(read_about(job)[1], mapping.from_json(job.plan), tally)),
        moved=presentation.list_moved_days(tally),
        first=presentation.list_first_claims(tally),
        whole=job.rows_total <= limits.WHOLE,
        limits=limits,
    )


def render_done(job: ImportJob) -> str:
    """What came of the rows."""
    tally = read_tally(job)
    return render_template(
        "imports/done.html",
        job=job,
        tally=tally,
        moved=presentation.list_moved_days(tally),
        labels=_labels(),
        bad_rows_kept=job_store.count_rejected_rows(session(), job.id),
    )


def render_failed(job: ImportJob) -> str:
    """Why the import cannot go on."""
    return render_template("imports/failed.html", job=job, fault=message_from_data(json.loads(job.fault)))


PAGES: Final = {
    State.READING: render_waiting,
    State.CHECKING: render_waiting,
    State.RUNNING: render_waiting,
    State.CHECKED: render_checked,
    State.DONE: render_done,
    State.FAILED: render_failed,
}


def render_mapping(job: ImportJob, form: MappingForm, how: ReadingForm | None = None) -> str:
    """The columns of the file with the form that maps them; `how` is the form that reads it in another way, if it was sent."""
    about, facts = read_about(job)
    if how is None:
        how = ReadingForm(data=json.loads(job.choices or "{}"))
        how.fit(about)
    return render_template(
        "imports/mapping.html",
        job=job,
        form=form,
        how=how,
        about=about,
        described=describe_file(about),
        program=find_format(facts.names),
        facts=facts,
        groups=GROUPS,
        saved=job_store.list_saved_mappings(session()),
        only_ours=("criteria_set_on", "criteria_retrospective") if not facts.is_own_export else (),
        problem=bool(form.problems()),
    )


def build_mapping_form(job: ImportJob, sent: MultiDict[str, str] | None) -> MappingForm:
    """The form of the mapping as it was sent, or filled with the plan of the import or with the kept one that `mapping` names."""
    _about_it, facts = read_about(job)
    start = mapping.from_json(job.plan) if job.plan else ColumnMapping()
    kept = read_id(request.args.get("mapping"))
    if kept is not None and sent is None:
        start = profile.with_inferred_answers(job_store.get_saved_mapping(session(), kept).fitted(facts.names), facts)
    offered = articles.choices(session(), with_sample=ctx.newsroom.show_sample, chosen=start.article)
    people = dict(working_editors(session(), with_sample=ctx.newsroom.show_sample))
    emails = {row.id: row.email for row in session().execute(select(Editor.id, Editor.email).where(Editor.id.in_(people)))}
    return MappingForm(
        facts,
        start,
        sent,
        articles=offered,
        find_article=_find_article if len(offered) >= articles.OFFERED else None,
        owners=[(emails[number], name) for number, name in people.items()],
    )


def _find_article(typed: str) -> list[tuple[int, str]]:
    """The articles that have a typed headline, address or number."""
    numbers = find_articles(session(), typed)
    return [(row.id, row.title) for row in session().execute(select(Article.id, Article.title).where(Article.id.in_(numbers)))]


def read_about(job: ImportJob) -> tuple[FileInfo, FileProfile]:
    """What was found out about the file and its columns. Raises NotFound while it was not read."""
    if not job.about:
        raise NotFound()
    kept = json.loads(job.about)
    table = kept["table"]
    return FileInfo.from_data(table), FileProfile.from_data(kept["facts"])


def read_tally(job: ImportJob) -> ImportStats:
    """The counts that are kept with the import, or none."""
    return ImportStats.from_data(json.loads(job.tally)) if job.tally else ImportStats()


def _labels() -> dict[str, str]:
    return {key: i18n.gettext(field.label) for key, field in FIELDS.items()}
