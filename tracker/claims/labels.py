"""What a person reads for the fixed words of a claim. The keys are in `words`; English here, French in the catalogue.

`label(Outcome.VOID)` is the word for the desk, `reader_label` the whole words that readers see. Free of Flask, so that mails and
exports speak alike.
"""

import enum
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from tracker.claims.enums import (
    Attribution,
    Certainty,
    ConditionStatus,
    DeadlineSource,
    Decision,
    EvidenceAbout,
    Outcome,
    OutcomeReason,
    ProposalKind,
    QuoteKind,
    RelationKind,
    SourceKind,
    SpeakerKind,
    Stance,
    Status,
    VerdictKind,
    Visibility,
    WithdrawReason,
)
from tracker.errors import N_
from tracker.web.i18n import gettext
from tracker.web.labels import DESK, READERS

WEEK: Final = timedelta(days=6)  # "due this week": today and the six days after it

# Two words of different kinds may share a key ("too_vague"), and members of a StrEnum equal their keys: so by kind first.
_LABELS: Final[dict[type[enum.StrEnum], Mapping[str, str]]] = {
    Status: {key.value: DESK[key] for key in Status} | {Status.DUE: N_("Due")},
    Outcome: {key.value: DESK[key] for key in Outcome},
    Stance: {key.value: DESK[key] for key in Stance},
    OutcomeReason: {
        OutcomeReason.NO_PUBLIC_INFORMATION: N_("There is no public information"),
        OutcomeReason.SOURCES_CONFLICT: N_("Sources contradict each other"),
        OutcomeReason.TOO_VAGUE: N_("The wording is too vague"),
        OutcomeReason.CONDITION_NOT_MET: N_("Its condition was not met"),
        OutcomeReason.WITHDRAWN_BY_SPEAKER: N_("The speaker withdrew it"),
        OutcomeReason.SUPERSEDED: N_("The speaker or publisher replaced the words"),
    },
    ProposalKind: {
        ProposalKind.VERDICT: N_("Verdict"),
        ProposalKind.WITHDRAWAL: N_("Withdrawal"),
    },
    VerdictKind: {
        VerdictKind.FIRST: N_("First verdict"),
        VerdictKind.UPDATE: N_("Update: the facts changed"),
        VerdictKind.CORRECTION: N_("Correction: we erred"),
    },
    Decision: {
        Decision.SIGNED: N_("Signed"),
        Decision.RETURNED: N_("Sent back"),
        Decision.RECALLED: N_("Withdrawn by its proposer"),
    },
    Attribution: {
        Attribution.STATED: N_("Stated: the article says who"),
        Attribution.IMPLIED: N_("Implied: the article only suggests who"),
        Attribution.ARTICLE: N_("The article’s own voice"),
    },
    Certainty: {
        Certainty.FLAT: N_("Flat (“will”)"),
        Certainty.HEDGED: N_("Hedged (“probably”, “may”)"),
        Certainty.POSSIBLE_ONLY: N_("Only possible (“could”)"),
        Certainty.COMPARATIVE: N_("Comparative (“likelier than”)"),
        Certainty.NOT_A_PROBABILITY: N_("Not a probability"),
        Certainty.NOT_RECORDED: N_("Not recorded"),
    },
    ConditionStatus: {
        ConditionStatus.UNKNOWN: N_("Not known yet"),
        ConditionStatus.MET: N_("Met"),
        ConditionStatus.NOT_MET: N_("Not met"),
    },
    DeadlineSource: {
        DeadlineSource.STATED: N_("Stated by the speaker"),
        DeadlineSource.INTERPRETED: N_("Interpreted from the quote"),
        DeadlineSource.EDITOR: N_("Set by the newsroom"),
    },
    QuoteKind: {
        QuoteKind.VERBATIM: N_("Verbatim"),
        QuoteKind.TRANSLATION: N_("From a translation"),
        QuoteKind.PARAPHRASE: N_("Paraphrase"),
    },
    SpeakerKind: {
        SpeakerKind.PERSON: N_("Person"),
        SpeakerKind.ORGANISATION: N_("Organisation"),
    },
    SourceKind: {
        SourceKind.PRIMARY: N_("Primary document"),
        SourceKind.OFFICIAL: N_("Official source"),
        SourceKind.NEWS: N_("News report"),
        SourceKind.EXPERT: N_("Expert"),
        SourceKind.OTHER: N_("Other source"),
    },
    Visibility: {
        Visibility.PUBLIC: N_("Public"),
        Visibility.INTERNAL: N_("Internal: for editors only"),
    },
    EvidenceAbout: {
        EvidenceAbout.CLAIM: N_("The claim"),
        EvidenceAbout.CONDITION: N_("Its condition"),
    },
    WithdrawReason: {
        WithdrawReason.MISTAKE: N_("Entered by mistake"),
        WithdrawReason.DUPLICATE: N_("A duplicate"),
        WithdrawReason.SPLIT: N_("Split into several"),
        WithdrawReason.TOO_VAGUE: N_("Too vague to check"),
        WithdrawReason.NOT_A_PREDICTION: N_("Not a prediction"),
        WithdrawReason.OTHER: N_("Another reason"),
    },
    RelationKind: {
        RelationKind.DUPLICATE_OF: N_("is a duplicate of"),
        RelationKind.SPLIT_FROM: N_("was split from"),
        RelationKind.ALTERNATIVE_TO: N_("is an alternative to"),
        RelationKind.PART_OF: N_("is part of"),
    },
}

# How a relation reads from the other claim's page.
_SEEN_FROM_THERE: Final[Mapping[str, str]] = {
    RelationKind.DUPLICATE_OF: N_("has this duplicate"),
    RelationKind.SPLIT_FROM: N_("was split into"),
    RelationKind.ALTERNATIVE_TO: N_("is an alternative to"),
    RelationKind.PART_OF: N_("has this part"),
}

# Shown next to each choice of the verdict form.
_HELP: Final[Mapping[str, str]] = {
    Outcome.CONFIRMED: N_("What was predicted happened, within the time stated, or set by us."),
    Outcome.PARTLY_CONFIRMED: N_("A substantial part happened; an essential part did not."),
    Outcome.REFUTED: N_("It did not happen within the time stated, or set by us, or the opposite did."),
    Outcome.UNRESOLVABLE: N_("The criteria cannot be met or failed with public information."),
    Outcome.VOID: N_(
        "No longer applicable: its condition never arose, or the words were withdrawn or replaced. Not counted in scorecards."
    ),
}

# When the criteria were set; the keys are those of `ClaimPage.criteria_timing`.
_CRITERIA: Final[Mapping[str, str]] = {
    "undated": N_("Criteria set on %(day)s"),
    "before_review": N_("Criteria set on %(day)s, before the review date"),
    "on_review": N_("Criteria set on %(day)s, the review date"),
    "after_review": N_("Criteria set on %(day)s, after the review date"),
    "after_evidence": N_("Criteria set on %(day)s, after the first evidence"),
}


def label(key: enum.StrEnum) -> str:
    """The desk's word for a member of one of the enums of `words`, in the language spoken now."""
    return gettext(_LABELS[type(key)][key])


def reader_label(outcome: Outcome) -> str:
    """The label of a verdict for readers, in the language of the page."""
    return gettext(READERS[outcome])


def relation_label(kind: RelationKind, *, from_there: bool = False) -> str:
    """The label of a relation; `from_there` gives it as seen from the other claim."""
    return gettext(_SEEN_FROM_THERE[kind]) if from_there else label(kind)


def outcome_help(outcome: Outcome) -> str:
    """What a verdict means, for the editor who chooses one."""
    return gettext(_HELP[outcome])


def criteria_note(timing: str, day: str) -> str:
    """The sentence on when the criteria were set; `timing` is that of the claim's page, `day` the date as it is shown."""
    return gettext(_CRITERIA[timing], day=day)


def state_key(status: Status, review_on: date | None, today: date, outcome: Outcome | None = None) -> str:
    """The one word of `tracker.web.labels` under which a claim is shown: its verdict, or its review date compared with today.

    `outcome` is that of the signed verdict; it counts once the claim is resolved.
    """
    if status == Status.RESOLVED and outcome is not None:
        return outcome.value
    if status not in (Status.OPEN, Status.DUE) or review_on is None:
        return status.value
    if review_on < today:
        return "overdue"
    return "due" if status == Status.DUE or review_on <= today + WEEK else "open"
