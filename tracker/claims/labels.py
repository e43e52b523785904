"""What a person reads for the fixed words of a claim. The keys are in `enums`; English here, French in the catalogue.

`label(Outcome.VOID)` is the word for the desk, `reader_label` the whole words that readers see. Free of Flask, so that mails and
exports speak alike.
"""

import enum
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from tracker.claims.enums import (
    Outcome,
    RelationKind,
    Stance,
    Status,
)
from tracker.errors import N_
from tracker.labelled_enum import LabelledEnum
from tracker.web.i18n import gettext
from tracker.web.labels import DESK, READERS

WEEK: Final = timedelta(days=6)  # "due this week": today and the six days after it

# The words of the desk that pages also use for groups of claims; other enums have their labels with their members.
_LABELS: Final[dict[type[enum.StrEnum], Mapping[str, str]]] = {
    Status: {key.value: DESK[key] for key in Status} | {Status.DUE: N_("Due")},
    Outcome: {key.value: DESK[key] for key in Outcome},
    Stance: {key.value: DESK[key] for key in Stance},
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
    """The desk's word for a member of one of the enums of `enums`, in the language spoken now."""
    return gettext(key.english if isinstance(key, LabelledEnum) else _LABELS[type(key)][key])


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
