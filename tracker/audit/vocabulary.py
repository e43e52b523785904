"""What the fields of the record are called, and how their values are shown.

The one place of the history that knows the areas' words; the chain itself knows keys alone.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tracker.accounts.roles import LABELS as ROLES
from tracker.accounts.roles import Role
from tracker.claims import labels
from tracker.claims.words import (
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
from tracker.errors import N_, Message

Names = Mapping[str, Message]
Show = Callable[[Any, Names], Message]


@dataclass(frozen=True)
class Spoken:
    """A value whose words are looked up in the language that is spoken when it is shown."""

    look_up: Callable[[Any], str]
    key: Any

    def __str__(self) -> str:
        return self.look_up(self.key)


def plain(value: Any) -> Message:
    """Any value as a message that says just that; days among them are written out where the message is said."""
    return Message("%(value)s", {"value": value})


def words(value: Any, _names: Names) -> Message:
    return plain(value)


def day(value: Any, _names: Names) -> Message:
    return plain(date.fromisoformat(value))


def yes_no(value: Any, _names: Names) -> Message:
    return Message(N_("Yes")) if value else Message(N_("No"))


def language(value: Any, _names: Names) -> Message:
    return plain(Spoken(labels.language_name, value))


def percent(value: Any, _names: Names) -> Message:
    return Message(N_("%(n)s%%"), {"n": value})


def one_of(kind: type[enum.StrEnum]) -> Show:
    """The desk's word for a member of these; a key that is no member any more stands for itself."""

    def show(value: Any, _names: Names) -> Message:
        try:
            return plain(Spoken(labels.label, kind(value)))
        except ValueError:
            return plain(value)

    return show


def named(kind: str) -> Show:
    """The name of a row of this kind, by its id."""
    return lambda value, names: name_of(f"{kind}:{value}", names)


def each(show: Show) -> Show:
    """Several values, one after the other."""
    return lambda values, names: listed([show(value, names) for value in values])


def listed(messages: list[Message]) -> Message:
    """Messages in a row, with commas between them."""
    text = ", ".join(f"%(v{number})s" for number in range(len(messages)))
    return Message(text, {f"v{number}": message for number, message in enumerate(messages)})


def role(value: Any, _names: Names) -> Message:
    return Message(ROLES[Role(value)]) if value in set(ROLES) else plain(value)


def name_of(row: str, names: Names) -> Message:
    """What a row is called, or its kind and number where it has no name."""
    if row in names:
        return names[row]
    kind, _, number = row.partition(":")
    return Message(ROWS[kind], {"number": number}) if kind in ROWS else plain(row)


ROWS: Final[Mapping[str, str]] = {
    "article": N_("article %(number)s"),
    "claim": N_("claim %(number)s"),
    "editor": N_("editor %(number)s"),
    "speaker": N_("speaker %(number)s"),
    "topic": N_("topic %(number)s"),
    "newsroom": N_("the newsroom"),
    "webhook": N_("webhook %(number)s"),
    "invitation": N_("invitation %(number)s"),
}


@dataclass(frozen=True)
class Field:
    """What a field is called and how its values are shown. `words` are free text, of which the differences are worth showing."""

    label: str
    show: Show = words
    words: bool = False


def _text(label: str) -> Field:
    return Field(label, words=True)


# Fields that are not here (ids, counters, places in a text) say nothing to a reader.
FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "claim": {
        "status": Field(N_("Status"), one_of(Status)),
        "statement": _text(N_("Claim")),
        "language": Field(N_("Language"), language),
        "quote": _text(N_("Quote")),
        "quote_kind": Field(N_("Kind of quote"), one_of(QuoteKind)),
        "quote_language": Field(N_("Language of the quote"), language),
        "paragraph": Field(N_("Paragraph")),
        "speaker_id": Field(N_("Speaker"), named("speaker")),
        "attribution": Field(N_("Attribution"), one_of(Attribution)),
        "hedge": _text(N_("Hedge")),
        "certainty": Field(N_("Certainty"), one_of(Certainty)),
        "likelihood_low": Field(N_("Likelihood, from"), percent),
        "likelihood_high": Field(N_("Likelihood, up to"), percent),
        "condition": _text(N_("Condition")),
        "condition_status": Field(N_("State of the condition"), one_of(ConditionStatus)),
        "confirmed_if": _text(N_("Confirmed if")),
        "refuted_if": _text(N_("Refuted if")),
        "criteria_set_on": Field(N_("Criteria set on"), day),
        "criteria_retrospective": Field(N_("Criteria set in hindsight"), yes_no),
        "made_on": Field(N_("Day of the claim"), day),
        "deadline_on": Field(N_("Deadline"), day),
        "deadline_source": Field(N_("Source of the deadline"), one_of(DeadlineSource)),
        "review_on": Field(N_("Review day"), day),
        "owner_id": Field(N_("Owner"), named("editor")),
        "requested_signer_id": Field(N_("Requested signer"), named("editor")),
        "withdraw_reason": Field(N_("Reason"), one_of(WithdrawReason)),
    },
    "verdict": {
        "outcome": Field(N_("Verdict"), one_of(Outcome)),
        "reason": Field(N_("Reason"), one_of(OutcomeReason)),
        "verdict_kind": Field(N_("Kind"), one_of(VerdictKind)),
        "rationale": _text(N_("Rationale")),
        "missing": _text(N_("What is missing")),
        "known_on": Field(N_("Known on"), day),
        "occurred_from": Field(N_("Happened from"), day),
        "occurred_to": Field(N_("Happened until"), day),
        "occurred_after_deadline": Field(N_("Happened after the deadline"), yes_no),
        "is_scored": Field(N_("Counts in scores"), yes_no),
        "withdraw_reason": Field(N_("Reason"), one_of(WithdrawReason)),
    },
    "evidence": {
        "title": _text(N_("Title")),
        "url": _text(N_("Address")),
        "document": _text(N_("Document")),
        "publisher": _text(N_("Publisher")),
        "published_on": Field(N_("Published on"), day),
        "locator": _text(N_("Passage")),
        "source_kind": Field(N_("Source"), one_of(SourceKind)),
        "stance": Field(N_("Stance"), one_of(Stance)),
        "about": Field(N_("Bears on"), one_of(EvidenceAbout)),
        "visibility": Field(N_("Visibility"), one_of(Visibility)),
        "note": _text(N_("Note")),
    },
    "check": {
        "checked_on": Field(N_("Day of the search"), day),
        "where_looked": _text(N_("Places searched")),
        "queries": _text(N_("Words searched for")),
        "period_from": Field(N_("Period from"), day),
        "period_to": Field(N_("Period until"), day),
        "found": _text(N_("Result")),
        "exhaustive": Field(N_("Exhaustive"), yes_no),
    },
    "article": {
        "title": _text(N_("Headline")),
        "outlet": _text(N_("Outlet")),
        "url": _text(N_("Address")),
        "author": _text(N_("Author")),
        "author_editor_id": Field(N_("Author, one of us"), named("editor")),
        "language": Field(N_("Language"), language),
        "published_on": Field(N_("Published on"), day),
    },
    "speaker": {
        "name": _text(N_("Name")),
        "kind": Field(N_("Kind"), one_of(SpeakerKind)),
        "affiliation": _text(N_("Affiliation")),
        "merged_into_id": Field(N_("Same as"), named("speaker")),
    },
    "topic": {"label_en": _text(N_("English label")), "label_fr": _text(N_("French label"))},
    "postscript": {"body": _text(N_("Postscript"))},
    "editor": {"active": Field(N_("Has access"), yes_no)},
    "newsroom": {
        "name": _text(N_("Name")),
        "timezone": Field(N_("Time zone")),
        "language": Field(N_("Language"), language),
        "second_signature": Field(N_("Second signature"), yes_no),
        "second_factor_required": Field(N_("Second factor required"), yes_no),
        "author_may_judge": Field(N_("Authors may judge"), yes_no),
        "show_sample": Field(N_("Sample article shown"), yes_no),
        "review_after_days": Field(N_("Days until review")),
        "desk_address": _text(N_("Address of the desk")),
        "anchor_address": _text(N_("Outside address for the history’s anchors")),
        "digest_hour": Field(N_("Hour of reminders")),
        "working_days": Field(N_("Working days (1 is Monday)")),
        "holidays": _text(N_("Holidays")),
    },
}
