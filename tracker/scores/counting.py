"""Which claims count, and as what: facts of a claim in, cells out. Pure."""

import unicodedata
from collections.abc import Hashable, Iterable
from datetime import date
from typing import Final, NamedTuple, TypeVar

from tracker.claims.enums import Certainty, Outcome, Status
from tracker.scores.models import COUNTS, HEDGE_MAX, NO_BAND, NO_ONE
from tracker.word_caches import word_cache

IN_RATES = (Certainty.FLAT, Certainty.HEDGED)
# Judged as events and shown in a table of their own.
EVENTS_ONLY = (Certainty.POSSIBLE_ONLY, Certainty.COMPARATIVE, Certainty.NOT_A_PROBABILITY)

_JUDGED = {Outcome.CONFIRMED: "confirmed", Outcome.PARTLY_CONFIRMED: "partly", Outcome.REFUTED: "refuted"}
_APART = {Outcome.UNRESOLVABLE: "unresolvable", Outcome.VOID: "void"}


class ClaimFacts(NamedTuple):
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


_PLACES: Final = {name: place for place, name in enumerate(COUNTS)}
K = TypeVar("K", bound=Hashable)
Counts = tuple[int, ...]  # in the order of COUNTS
CellKey = tuple[int, int, int, int, Certainty, int, int, str, int]
TopicKey = tuple[int, int, Certainty, int, int, int]


@word_cache(4096)
def fold_hedge(text: str) -> str:
    """Return a hedge as words are compared: without case, with single spaces, at most HEDGE_MAX characters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())[:HEDGE_MAX]


def count_claim(facts: ClaimFacts, day: date) -> dict[str, int]:
    """Return what one claim adds to its cell, as of a day; a count that is absent is 0."""
    is_ripe = facts.ripe_on <= day
    counts = {"tracked": 1, "ripe": int(is_ripe)}
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


def add_counts(cells: dict[K, list[int]], key: K, counts: dict[str, int]) -> None:
    """Add what a claim counts to a cell, in the order of COUNTS."""
    cell = cells.get(key)
    if cell is None:
        cell = cells[key] = [0] * len(COUNTS)
    for name, number in counts.items():
        cell[_PLACES[name]] += number


def build_cells(claims: Iterable[ClaimFacts], day: date) -> tuple[dict[CellKey, Counts], dict[TopicKey, Counts]]:
    """Return the cells of some claims and those of their topics, each by its key."""
    cells: dict[CellKey, list[int]] = {}
    topics: dict[TopicKey, list[int]] = {}
    for facts in claims:
        counts = count_claim(facts, day)
        low = NO_BAND if facts.likelihood_low is None else facts.likelihood_low
        high = NO_BAND if facts.likelihood_high is None else facts.likelihood_high
        year, certainty = facts.made_on.year, facts.certainty
        who = (facts.speaker_id or NO_ONE, facts.owner_id or NO_ONE, facts.desk_id or NO_ONE)
        add_counts(cells, (facts.article_id, *who, certainty, low, high, fold_hedge(facts.hedge), year), counts)
        for topic_id in facts.topic_ids:
            add_counts(topics, (topic_id, facts.article_id, certainty, low, high, year), counts)
    return {key: tuple(counts) for key, counts in cells.items()}, {key: tuple(counts) for key, counts in topics.items()}
