"""The form of one passage: filled with what was found, and read as the columns of a candidate."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tracker.accounts.queries import working_editors
from tracker.claims.enums import RelationKind
from tracker.claims.queries import choices
from tracker.errors import Invalid
from tracker.intake import queries
from tracker.intake.filling import follow_terms, guess_kind
from tracker.intake.forms import CandidateForm, HandOverForm
from tracker.intake.models import ArticleReading, Candidate
from tracker.suggest.criteria import propose_criteria
from tracker.web import i18n
from tracker.web.database import session
from tracker.web.forms import feed
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx

RELATIONS: Final = (RelationKind.DUPLICATE_OF, RelationKind.ALTERNATIVE_TO, RelationKind.PART_OF)
_PLAIN: Final = (
    "statement", "speaker_kind", "attribution", "hedge", "certainty", "likelihood_low", "likelihood_high", "deadline_on",
    "deadline_source", "review_on", "confirmed_if", "refuted_if",
)  # fmt: skip


def build_form(sent: object = None, candidate: Candidate | None = None) -> CandidateForm:
    """The form as it was sent, or filled with a candidate, with what can be chosen in it."""
    if candidate is None:
        form = CandidateForm(sent)
    else:
        values = {name: getattr(candidate, name) for name in _PLAIN}
        speaker, topics = _speaker_label(session(), candidate), list(candidate.topic_ids or [])
        filled = {"filled_for": _write_day(candidate.deadline_on), "version": candidate.version or 1}
        form = CandidateForm(data={**values, "speaker": speaker, "topics": topics, **filled})
    form.relation.set_choices((each, label_relation(each)) for each in RELATIONS)
    offered = choices.topics(session(), i18n.language(), with_sample=ctx.newsroom.show_sample, also=form.topics.stored)
    form.topics.set_choices(offered.pairs, find=offered.find)
    return form


def read_values(current: Session, form: CandidateForm, candidate: Candidate) -> dict[str, object]:
    """What the form has, by the names of the columns. Fields as they were shown give what the candidate has."""
    values = {name: form[name].data for name in _PLAIN}
    label = " ".join(form.speaker.data.split())
    if label == _speaker_label(current, candidate):
        values |= {"speaker_id": candidate.speaker_id, "speaker_name": candidate.speaker_name}
    else:
        known = queries.find_labelled(current, label) if label else None
        values |= {"speaker_id": known, "speaker_name": "" if known is not None else label}
        if values["speaker_name"] and values["speaker_kind"] is None:
            values["speaker_kind"] = guess_kind(label)
    if values["deadline_on"] is None:
        values["deadline_source"] = None
    if values["speaker_kind"] is None:
        values["speaker_kind"] = candidate.speaker_kind
    for name in ("statement", "confirmed_if", "refuted_if"):
        if " ".join(values[name].split()) == " ".join(getattr(candidate, name).split()):
            values[name] = getattr(candidate, name)
    values |= follow_terms(candidate, values, current.get_one(ArticleReading, candidate.reading_id).language)
    return (
        {**values, "topic_ids": sorted(form.topics.data)} if sorted(form.topics.data) != sorted(candidate.topic_ids) else values
    )


def has_moved(form: CandidateForm, candidate: Candidate) -> bool:
    """Whether the page filled in another deadline than the candidate has."""
    return bool(form.filled_for.data) and form.filled_for.data != _write_day(candidate.deadline_on)


def show_new_days(form: CandidateForm, candidate: Candidate, language: str) -> bool:
    """Put the candidate's days and criteria into the fields that have what the page filled in; whether it changed any."""
    before = _read_day(form.filled_for.data)
    if before is None or not has_moved(form, candidate):
        return False
    old = propose_criteria(candidate.statement, language, before, candidate.criteria_kind)
    filled = {
        "deadline_on": before,
        "review_on": before + timedelta(days=1),
        "confirmed_if": old.confirmed_if or "",
        "refuted_if": old.refuted_if or "",
    }
    moved = {name: getattr(candidate, name) for name, value in filled.items() if form[name].data == value}
    if "deadline_on" in moved:
        moved["deadline_source"] = candidate.deadline_source
    for name, value in {**moved, "filled_for": _write_day(candidate.deadline_on)}.items():
        form[name].raw_data, form[name].data = None, value
    return bool(moved)


def _write_day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _read_day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day < date.max else None  # the day after it is needed, too


def feed_refusal(form: CandidateForm, refusal: Invalid) -> None:
    """Show a refusal at the field of the form that holds the refused column."""
    names = {"speaker_id": "speaker", "speaker_name": "speaker", "topic_ids": "topics"}
    field = names.get(refusal.field or "", refusal.field)
    feed(form, Invalid(refusal.message.text, field=field, **refusal.message.params))


def label_relation(kind: RelationKind) -> str:
    """How the new claim is related to the one that is here already, as the choice reads."""
    return {
        RelationKind.DUPLICATE_OF: _("a duplicate of it"),
        RelationKind.ALTERNATIVE_TO: _("an alternative to it"),
    }.get(kind, _("a part of it"))


def build_hand_over_form(sent: object = None, sorter_id: int | None = None) -> HandOverForm:
    """The form that chooses who sorts the rest, with the editors there are."""
    form = HandOverForm(sent, data={"sorter_id": sorter_id})
    form.sorter_id.set_choices(working_editors(session(), with_sample=ctx.newsroom.show_sample, also=sorter_id))
    return form


def _speaker_label(current: Session, candidate: Candidate) -> str:
    return queries.load_speaker_label(current, candidate.speaker_id) if candidate.speaker_id else candidate.speaker_name
