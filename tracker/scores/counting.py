"""Which claims count, and as what: facts of a claim in, cells out. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.claims.enums import Certainty, Outcome, Status
from tracker.scores.models import HEDGE_MAX, NO_BAND, NO_ONE

IN_RATES = (Certainty.FLAT, Certainty.HEDGED)
# Judged as events and shown in a table of their own.
EVENTS_ONLY = (Certainty.POSSIBLE_ONLY, Certainty.COMPARATIVE, Certainty.NOT_A_PROBABILITY)

_JUDGED = {Outcome.CONFIRMED: "confirmed", Outcome.PARTLY_CONFIRMED: "partly", Outcome.REFUTED: "refuted"}
_APART = {Outcome.UNRESOLVABLE: "unresolvable", Outcome.VOID: "void"}


@dataclass(frozen=True)
class ClaimFacts:
    """What decides how a tracked claim counts. `outcome` is that of the latest signed verdict, None without one."""

    article_id: int
    speaker_id: int | None
    owner_id: int | None
    desk_id: int | None  # to which the owner belongs
    certainty: Certainty
    likelihood_low: int | None
    likelihood_high: int | None
    hedge: str
    made_on: date
    ripe_on: date
    status: Status
    outcome: Outcome | None
    is_scored: bool
    occurred_after_deadline: bool
    criteria_retrospective: bool
    topic_ids: tuple[int, ...] = ()


CellKey = tuple[int, int, int, int, Certainty, int, int, str, int]
TopicKey = tuple[int, int, Certainty, int, int, int]


def fold_hedge(text: str) -> str:
    """Return a hedge as words are compared: without case, with single spaces, at most HEDGE_MAX characters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:HEDGE_MAX]


def count_claim(facts: ClaimFacts, day: date) -> Counter[str]:
    """Return what one claim adds to its cell, as of a day."""
    counts = Counter(tracked=1)
    is_ripe = facts.ripe_on <= day
    counts["ripe"] = int(is_ripe)
    if facts.outcome is None:
        counts["overdue"] = int(is_ripe)
        return counts
    counts["under_review"] = int(facts.status is not Status.RESOLVED)
    if not is_ripe:
        # Early hits are easier to see than early misses: counting them would flatter.
        counts["early"] = 1
    elif facts.outcome in _APART:
        counts[_APART[facts.outcome]] = 1
    elif facts.is_scored or facts.certainty in EVENTS_ONLY:
        counts[_JUDGED[facts.outcome]] = 1
        counts["late"] = int(facts.outcome is Outcome.REFUTED and facts.occurred_after_deadline)
        counts["retrospective"] = int(facts.criteria_retrospective)
        counts["retrospective_confirmed"] = int(facts.criteria_retrospective and facts.outcome is Outcome.CONFIRMED)
    else:
        counts["uncounted"] = 1
    return counts


def build_cells(claims: Iterable[ClaimFacts], day: date) -> tuple[dict[CellKey, Counter[str]], dict[TopicKey, Counter[str]]]:
    """Return the cells of some claims and those of their topics, each by its key."""
    cells: dict[CellKey, Counter[str]] = {}
    topics: dict[TopicKey, Counter[str]] = {}
    for facts in claims:
        counts = count_claim(facts, day)
        band = (
            NO_BAND if facts.likelihood_low is None else facts.likelihood_low,
            NO_BAND if facts.likelihood_high is None else facts.likelihood_high,
        )
        year = facts.made_on.year
        key = (
            facts.article_id,
            facts.speaker_id or NO_ONE,
            facts.owner_id or NO_ONE,
            facts.desk_id or NO_ONE,
            facts.certainty,
            *band,
            fold_hedge(facts.hedge),
            year,
        )
        cells.setdefault(key, Counter()).update(counts)
        for topic_id in facts.topic_ids:
            topics.setdefault((topic_id, facts.article_id, facts.certainty, *band, year), Counter()).update(counts)
    return cells, topics
