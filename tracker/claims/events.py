"""Descriptors of the events of claims: their evidence, checks, notes and verdicts, speakers and topics."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.claims import visibility
from tracker.claims.enums import ConditionStatus, Outcome, ProposalKind, RelationKind, Stance, VerdictKind, WithdrawReason
from tracker.claims.event_children import CHILDREN, STORES
from tracker.claims.event_rows import ROWS
from tracker.claims.labels import label
from tracker.claims.models import Check, Claim, Evidence, Speaker, Verdict
from tracker.errors import N_, Message
from tracker.ledger.descriptors import (
    EDITORS,
    Descriptors,
    EventKind,
    Field,
    Group,
    Member,
    Names,
    RowCheck,
    format_plain,
    from_data,
    name_row,
    phrase,
)
from tracker.ledger.formatters import enum_formatter, format_day, label_formatter, reason_field, rows_field
from tracker.ledger.models import Event
from tracker.ledger.queries import Entry
from tracker.ledger.rows import split
from tracker.web.language_names import language_name

CLAIMS = Group("claims", N_("Claims: terms, dates, owners"), 10)
VERDICTS = Group("verdicts", N_("Verdicts and signatures"), 20)
EVIDENCE = Group("evidence", N_("Evidence and checks"), 30)
PEOPLE = Group("people", N_("Speakers and topics"), 50)

_EDITS: Final = (
    ({"confirmed_if", "refuted_if", "criteria_set_on", "criteria_retrospective"}, N_("changed the criteria")),
    ({"deadline_on", "deadline_source"}, N_("changed the deadline")),
    ({"speaker_id", "attribution"}, N_("changed the attribution")),
    ({"condition", "condition_status"}, N_("changed the condition")),
    (
        {"quote", "quote_kind", "quote_language", "text_number", "paragraph", "quote_start", "quote_end"},
        N_("changed the quote or its place"),
    ),
)
_STANCES: Final[Mapping[str, str]] = {
    Stance.SUPPORTS: N_("added evidence that supports the claim"),
    Stance.CONTRADICTS: N_("added evidence that contradicts the claim"),
    Stance.CONTEXT: N_("added evidence for context"),
}
_TOPICS: Final = Member("topics", rows_field(N_("Topics"), "topic"), before="topics_were")


def _find_outcome(entry: Entry, names: Names) -> Message | None:
    outcome = entry.data.get("outcome") or entry.find_set("outcome")
    return _format_key(Outcome, outcome, names) if outcome else None


def _format_key(kind: type[Any], key: Any, names: Names) -> Message:
    try:
        return enum_formatter(kind, label)(key, names)
    except ValueError:
        return format_plain(key, names)


def _describe_edit(entry: Entry, _names: Names) -> Message:
    fields = set(entry.subject_set)
    status = entry.find_set("condition_status")
    if fields == {"condition_status"} and status == ConditionStatus.MET:
        return Message(N_("found that the condition was met"))
    if fields == {"condition_status"} and status == ConditionStatus.NOT_MET:
        return Message(N_("found that the condition was not met"))
    return Message(next((text for group, text in _EDITS if fields and fields <= group), N_("changed the claim")))


def _describe_assignment(entry: Entry, names: Names) -> Message:
    if "owner_id" not in entry.subject_set:
        return Message(N_("changed who should sign"))
    owner = entry.subject_set["owner_id"]
    if owner is None:
        return Message(N_("left the claim without an owner"))
    if f"editor:{owner}" == entry.actor:
        return Message(N_("became the owner of the claim"))
    return Message(N_("gave the claim to %(name)s"), {"name": name_row(f"editor:{owner}", names)})


def _describe_decision(entry: Entry, names: Names) -> Message:
    if entry.data.get("by_party"):
        text = N_("decided the verdict “%(outcome)s” without a second signature, as a party to the dispute")
    else:
        text = N_("decided the verdict “%(outcome)s” without a second signature")
    return Message(text, {"outcome": _find_outcome(entry, names)})


def _describe_signature(entry: Entry, names: Names) -> Message:
    outcome = _find_outcome(entry, names)
    if entry.data.get("proposal") == ProposalKind.WITHDRAWAL or outcome is None:
        return Message(N_("signed the withdrawal of the claim"))
    return Message(N_("signed the verdict “%(outcome)s”"), {"outcome": outcome})


def _describe_reopening(entry: Entry, _names: Names) -> Message:
    if entry.find_set("reopened_as") == VerdictKind.CORRECTION:
        return Message(N_("reopened the claim, because we erred"))
    return Message(N_("reopened the claim, because the facts changed"))


def _describe_withdrawal(entry: Entry, names: Names) -> Message:
    reason = entry.find_set("withdraw_reason")
    if reason is None:
        return Message(N_("withdrew the claim"))
    return Message(N_("withdrew the claim (%(reason)s)"), {"reason": _format_key(WithdrawReason, reason, names)})


def _describe_evidence(entry: Entry, _names: Names) -> Message:
    if entry.find_set("about") == "condition":
        return Message(N_("added evidence about the condition"))
    return Message(_STANCES.get(str(entry.find_set("stance")), N_("added evidence")))


def _describe_relation(entry: Entry, names: Names) -> Message:
    described = next(iter(entry.parts().values()))
    part = described.get("set") or described.get("was") or {}
    params = {
        "kind": _format_key(RelationKind, part.get("kind", ""), names),
        "other": name_row(f"claim:{part.get('other_id', '?')}", names),
    }
    if entry.kind == "relation.remove":
        return Message(N_("removed the note that the claim %(kind)s %(other)s"), params)
    return Message(N_("noted that the claim %(kind)s %(other)s"), params)


def find_unpublished(
    session: Session,
    events: list[tuple[int, Mapping[str, Any]]],
    model: type[Evidence | Check | Verdict],
    is_public: ColumnElement[bool],
) -> set[int]:
    """The numbers of the events that concern a row which is internal, unsigned or under an embargo today."""
    found: dict[int, list[int]] = {}
    for seq, data in events:
        for number in _rows_in(data, model.__history__.name):
            found.setdefault(number, []).append(seq)
    if not found:
        return set()
    public = set(session.scalars(select(model.id).where(model.id.in_(found), is_public)))
    return {seq for number in found.keys() - public for seq in found[number]}


def find_implied_speakers(session: Session, events: list[tuple[int, Mapping[str, object]]]) -> set[int]:
    """The numbers of the events with the names of speakers whom articles only imply."""
    subjects = select(Event.seq, Event.subject).where(Event.seq.in_([seq for seq, _ in events]))
    speakers: dict[int, list[int]] = {}
    for seq, subject in session.execute(subjects):
        kind, number = split(subject) or ("", 0)
        if kind == "speaker":
            speakers.setdefault(number, []).append(seq)
    if not speakers:
        return set()
    hidden = session.scalars(select(Speaker.id).where(Speaker.id.in_(speakers), visibility.is_only_implied()))
    return {seq for number in hidden for seq in speakers[number]}


def _rows_in(data: Mapping[str, object], wanted: str) -> Iterator[int]:
    also = data.get("also")
    for name in (data.get("row"), *(also if isinstance(also, dict) else ())):
        kind, number = split(str(name)) or ("", 0)
        if kind == wanted:
            yield number


def _find_stray_samples(session: Session) -> Iterator[tuple[str, str]]:
    """A claim is one of the sample exactly if its article is; exports go by it."""
    query = select(Claim.id, Claim.is_sample).join(Article, Article.id == Claim.article_id)
    for number, is_sample in session.execute(query.where(Claim.is_sample != Article.is_sample).order_by(Claim.id)):
        row = f"claim:{number}"
        yield row, f'{row}: "is_sample" is {str(is_sample).lower()}, and that of its article is not.'


_POSTPONED: Final = phrase(
    N_("moved the review date to %(day)s"), day=lambda entry, names: format_day(entry.find_set("review_on"), names)
)
_TRANSLATED: Final = phrase(
    N_("changed the translation: %(language)s"),
    language=lambda entry, names: label_formatter(language_name)(entry.data.get("language"), names),
)
_PROPOSED: Final = phrase(N_("proposed the verdict “%(outcome)s”"), outcome=_find_outcome)
_HELD: Final = phrase(N_("held the verdict back until %(moment)s"), moment=from_data("until"))
_MERGED: Final = phrase(
    N_("merged the speaker into %(name)s"),
    name=lambda entry, names: name_row(f"speaker:{entry.find_set('merged_into_id')}", names),
)
_CLAIM_EVENTS: Final = (
    EventKind("claim.created", N_("added the claim"), CLAIMS, members=(_TOPICS,), icon="draft"),
    EventKind("claim.edit", _describe_edit, CLAIMS, members=(_TOPICS,), shows_changes=True),
    EventKind("claim.topics", N_("changed the topics"), CLAIMS, members=(_TOPICS,), shows_changes=True),
    EventKind("claim.assign", _describe_assignment, CLAIMS),
    EventKind("claim.keep_quote", N_("kept the original quote"), CLAIMS),
    EventKind("claim.track", N_("started tracking the claim"), CLAIMS, icon="open"),
    EventKind("claim.flag", N_("The review date has come: the claim is due."), CLAIMS, automatic=True, icon="due"),
    EventKind("claim.postpone", _POSTPONED, CLAIMS, icon="upcoming"),
    EventKind("claim.undo", N_("undid the last change"), CLAIMS, members=(_TOPICS,)),
    EventKind("relation.add", _describe_relation, CLAIMS),
    EventKind("relation.remove", _describe_relation, CLAIMS),
    EventKind("translation.set", _TRANSLATED, CLAIMS),
)
_VERDICT_EVENTS: Final = (
    EventKind("claim.propose", _PROPOSED, VERDICTS, icon="signoff"),
    EventKind("claim.sign", _describe_signature, VERDICTS, icon="signoff"),
    EventKind("claim.decide", _describe_decision, VERDICTS, icon="signoff"),
    EventKind("claim.return", N_("sent the proposal back"), VERDICTS, icon="under_review"),
    EventKind("claim.recall", N_("withdrew the proposal"), VERDICTS, icon="under_review"),
    EventKind("claim.reopen", _describe_reopening, VERDICTS, icon="under_review"),
    EventKind("claim.withdraw", _describe_withdrawal, VERDICTS, icon="withdrawn"),
    EventKind("claim.propose_withdrawal", N_("proposed to withdraw the claim and its verdict"), VERDICTS, icon="withdrawn"),
    EventKind("claim.restore", N_("restored the claim"), VERDICTS, icon="open"),
    EventKind("verdict.held", _HELD, VERDICTS, icon="lock"),
    EventKind("verdict.released", N_("ended the embargo on the verdict"), VERDICTS),
    EventKind(
        "claim.name_allowed",
        N_("allowed the name of the implied speaker in a public text"),
        VERDICTS,
        members=(Member("field", Field(N_("Field"))), Member("reason", reason_field(N_("Why")))),
        audience=EDITORS,
        private=True,
    ),
    EventKind("postscript.add", N_("added a postscript to the verdict"), VERDICTS),
)
_SOURCE_EVENTS: Final = (
    EventKind("evidence.add", _describe_evidence, EVIDENCE, icon="context"),
    EventKind("evidence.edit", N_("changed a piece of evidence"), EVIDENCE, shows_changes=True),
    EventKind("evidence.withdraw", N_("withdrew a piece of evidence"), EVIDENCE, icon="withdrawn"),
    EventKind("check.add", N_("logged a check"), EVIDENCE),
    EventKind("check.visibility", N_("changed who may see a check"), EVIDENCE, shows_changes=True),
    EventKind("note.add", N_("wrote a note"), EVIDENCE, audience=EDITORS, icon="lock", private=True),
)
_PEOPLE_EVENTS: Final = (
    EventKind("speaker.created", N_("added the speaker"), PEOPLE),
    EventKind("speaker.edit", N_("changed the speaker"), PEOPLE),
    EventKind("speaker.merge", _MERGED, PEOPLE),
    EventKind("speaker.unmerge", N_("separated two merged speakers"), PEOPLE),
    EventKind("topic.created", N_("added the topic"), PEOPLE),
    EventKind("topic.edit", N_("changed the topic"), PEOPLE),
)

DESCRIPTORS = Descriptors(
    events=(*_CLAIM_EVENTS, *_VERDICT_EVENTS, *_SOURCE_EVENTS, *_PEOPLE_EVENTS),
    rows=ROWS,
    children=CHILDREN,
    privacy={
        "evidence": lambda session, events: find_unpublished(session, events, Evidence, visibility.public_evidence()),
        "check": lambda session, events: find_unpublished(session, events, Check, visibility.public_checks()),
        "claim": lambda session, events: find_unpublished(session, events, Verdict, visibility.is_released()),
        "speaker": find_implied_speakers,
    },
    stores=STORES,
    checks=(RowCheck("sample claims", _find_stray_samples),),
)
