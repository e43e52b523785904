"""The rows that events of claims name, with the labels and formatters of their fields.

Fields that are not here (ids, counters, offsets in a text) are not shown to readers of the history.
"""

import enum
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.claims.enums import (
    Attribution,
    Certainty,
    ConditionStatus,
    DeadlineSource,
    EvidenceAbout,
    Outcome,
    OutcomeReason,
    QuoteKind,
    SourceKind,
    SpeakerKind,
    Stance,
    Status,
    VerdictKind,
    Visibility,
    WithdrawReason,
)
from tracker.claims.labels import label
from tracker.claims.models import Check, Evidence, Postscript, Verdict, VerdictDecision
from tracker.errors import N_
from tracker.ledger.descriptors import Field, RowKind
from tracker.ledger.formatters import (
    LazyLabel,
    day_field,
    enum_formatter,
    format_percent,
    format_yes_no,
    label_formatter,
    reason_field,
    row_field,
    text_field,
)
from tracker.web import i18n
from tracker.web.language_names import language_name


def enum_field(text: str, kind: type[enum.StrEnum]) -> Field:
    """A field that holds a member of an enum."""
    return Field(text, enum_formatter(kind, label))


def language_field(text: str) -> Field:
    """A field that holds the code of a language."""
    return Field(text, label_formatter(language_name))


def _claim_of(column: InstrumentedAttribute[int], key: InstrumentedAttribute[int]) -> Callable[[Session, int], str]:
    return lambda session, number: f"claim:{session.scalar(select(column).where(key == number))}"


def _claim_of_verdict_of(model: type[VerdictDecision | Postscript]) -> Callable[[Session, int], str]:
    query = select(Verdict.claim_id).join(model, model.verdict_id == Verdict.id)
    return lambda session, number: f"claim:{session.scalar(query.where(model.id == number))}"


def _name_topic(english: object, french: object) -> LazyLabel:
    return LazyLabel(lambda labels: labels[i18n.language() == "fr"], (english, french))


CLAIM = RowKind(
    "claim",
    N_("claim %(number)s"),
    {
        "status": enum_field(N_("Status"), Status),
        "statement": text_field(N_("Statement")),
        "language": language_field(N_("Language")),
        "quote": text_field(N_("Quote")),
        "quote_kind": enum_field(N_("Kind of quote"), QuoteKind),
        "quote_language": language_field(N_("Language of the quote")),
        "paragraph": Field(N_("Paragraph")),
        "speaker_id": row_field(N_("Speaker"), "speaker"),
        "attribution": enum_field(N_("Attribution"), Attribution),
        "hedge": text_field(N_("Words of doubt")),
        "certainty": enum_field(N_("Certainty"), Certainty),
        "likelihood_low": Field(N_("Stated likelihood, from"), format_percent),
        "likelihood_high": Field(N_("Stated likelihood, to"), format_percent),
        "condition": text_field(N_("Condition")),
        "condition_status": enum_field(N_("Status of the condition"), ConditionStatus),
        "confirmed_if": text_field(N_("Confirmed if")),
        "refuted_if": text_field(N_("Refuted if")),
        "criteria_set_on": day_field(N_("Criteria set on")),
        "criteria_retrospective": Field(N_("Criteria set after the review date"), format_yes_no),
        "made_on": day_field(N_("Made on")),
        "deadline_on": day_field(N_("Deadline")),
        "deadline_source": enum_field(N_("Who set the deadline"), DeadlineSource),
        "review_on": day_field(N_("Review date")),
        "owner_id": row_field(N_("Owner"), "editor"),
        "requested_signer_id": row_field(N_("Who should sign"), "editor"),
        "withdraw_reason": enum_field(N_("Reason"), WithdrawReason),
    },
)
VERDICT = RowKind(
    "verdict",
    N_("verdict %(number)s"),
    {
        "outcome": enum_field(N_("Verdict"), Outcome),
        "reason": enum_field(N_("Why there is no answer"), OutcomeReason),
        "verdict_kind": enum_field(N_("Kind"), VerdictKind),
        "rationale": text_field(N_("Reason")),
        "missing": text_field(N_("Which part did not happen")),
        "language": Field(N_("Language"), label_formatter(language_name)),
        "known_on": day_field(N_("Outcome known on")),
        "occurred_from": day_field(N_("Happened from")),
        "occurred_to": day_field(N_("Happened until")),
        "occurred_after_deadline": Field(N_("Happened after the deadline"), format_yes_no),
        "is_scored": Field(N_("Counted in scorecards"), format_yes_no),
        "withdraw_reason": enum_field(N_("Reason"), WithdrawReason),
    },
    find_subject=_claim_of(Verdict.claim_id, Verdict.id),
)
DECISION = RowKind(
    "decision",
    N_("decision %(number)s"),
    {"note": reason_field(N_("Note of the second editor"))},
    find_subject=_claim_of_verdict_of(VerdictDecision),
)
EVIDENCE = RowKind(
    "evidence",
    N_("evidence %(number)s"),
    {
        "title": text_field(N_("Title")),
        "url": text_field(N_("Address")),
        "archive_url": text_field(N_("Archived copy")),
        "document": text_field(N_("Document")),
        "publisher": text_field(N_("Publisher")),
        "published_on": day_field(N_("Published on")),
        "locator": text_field(N_("Where in the source")),
        "source_kind": enum_field(N_("Kind of source"), SourceKind),
        "stance": enum_field(N_("For or against"), Stance),
        "about": enum_field(N_("About"), EvidenceAbout),
        "visibility": enum_field(N_("Who may see it"), Visibility),
        "note": text_field(N_("Note")),
        "withdrawn_because": reason_field(N_("Why evidence was withdrawn")),
    },
    find_subject=_claim_of(Evidence.claim_id, Evidence.id),
)
CHECK = RowKind(
    "check",
    N_("check %(number)s"),
    {
        "checked_on": day_field(N_("Checked on")),
        "where_looked": text_field(N_("Places checked")),
        "queries": text_field(N_("Search terms")),
        "period_from": day_field(N_("Period from")),
        "period_to": day_field(N_("Period until")),
        "found": text_field(N_("Result")),
        "exhaustive": Field(N_("Exhaustive"), format_yes_no),
        "visibility": enum_field(N_("Who may see it"), Visibility),
    },
    find_subject=_claim_of(Check.claim_id, Check.id),
)
SPEAKER = RowKind(
    "speaker",
    N_("speaker %(number)s"),
    {
        "name": text_field(N_("Name")),
        "kind": enum_field(N_("Kind"), SpeakerKind),
        "affiliation": text_field(N_("Role or organisation")),
        "merged_into_id": row_field(N_("Merged into"), "speaker"),
    },
    name_columns=("name",),
    is_unique=True,
)
TOPIC = RowKind(
    "topic",
    N_("topic %(number)s"),
    {
        "label_en": text_field(N_("English label")),
        "label_fr": text_field(N_("French label")),
    },
    name_columns=("label_en", "label_fr"),
    name=_name_topic,
    is_unique=True,
)
POSTSCRIPT = RowKind(
    "postscript",
    N_("postscript %(number)s"),
    {"body": text_field(N_("Postscript"))},
    find_subject=_claim_of_verdict_of(Postscript),
)
RELATION = RowKind("relation", N_("relation %(number)s"))

ROWS = (CLAIM, VERDICT, DECISION, EVIDENCE, CHECK, SPEAKER, TOPIC, POSTSCRIPT, RELATION)
