"""What "keep all likely" does, so that the page can show it before it is done: which passages it keeps, and which it leaves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.claims.models import Speaker
from tracker.intake.filling import list_missing
from tracker.intake.models import Candidate, CandidateKind, CandidateState
from tracker.intake.similar import LEAST, find_similar_claims
from tracker.search.name_keys import name_key
from tracker.suggest.similarity import measure_stems, stem_words

AT_ONCE: Final = 200  # candidates kept by one press
COMPARED_MOST: Final = 600  # candidates that are compared with claims to find as many
_TOGETHER: Final = 100  # of them by one look at the claims that are here


@dataclass(frozen=True)
class LikelyPlan:
    """What "keep all likely" will do: the candidates that it keeps, and those that it leaves, by why ("asks", "similar").

    `free`: those that ask nothing and resemble no claim, of which the first of several alike is kept. `rest`: candidates that
    ask nothing and were not compared with the claims that are here.
    """

    keep: Sequence[Candidate] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    free: Sequence[Candidate] = ()
    rest: int = 0


class Unlike:
    """Statements of which no two are alike."""

    def __init__(self) -> None:
        self._stems: list[Counter[str]] = []

    def is_new(self, statement: str) -> bool:
        """Whether a statement resembles none of those that are here."""
        stems = Counter(stem_words(statement))
        return all(measure_stems(stems, each) < LEAST for each in self._stems)

    def add(self, statement: str) -> None:
        """Add a statement."""
        self._stems.append(Counter(stem_words(statement)))


def plan_likely(session: Session, reading_id: int, candidates: Sequence[Candidate]) -> LikelyPlan:
    """What "keep all likely" does with the candidates of a reading, in the order of the text.

    Compares until AT_ONCE are found that can be kept, at most COMPARED_MOST.
    """
    waiting = [each for each in candidates if each.kind is CandidateKind.LIKELY and each.state is CandidateState.WAITING]
    namesakes = _find_namesakes(session, waiting)
    ready = [
        each
        for each in waiting
        if not list_missing(each) and (each.speaker_id is not None or name_key(each.speaker_name) not in namesakes)
    ]
    compared, keep, free, unlike = 0, list[Candidate](), list[Candidate](), Unlike()
    while compared < min(len(ready), COMPARED_MOST) and len(keep) < AT_ONCE:
        some = ready[compared : min(compared + _TOGETHER, COMPARED_MOST)]
        similar = find_similar_claims(session, reading_id, some)
        for candidate in some:
            if len(keep) == AT_ONCE:
                break
            compared += 1
            if candidate.id not in similar:
                free.append(candidate)
                if unlike.is_new(candidate.statement):
                    unlike.add(candidate.statement)
                    keep.append(candidate)
    left = {"asks": len(waiting) - len(ready), "similar": compared - len(keep)}
    return LikelyPlan(tuple(keep), {why: n for why, n in left.items() if n}, tuple(free), len(ready) - compared)


def _find_namesakes(session: Session, candidates: Sequence[Candidate]) -> set[str]:
    """The keys of the candidates' names that several speakers on file have: which of them it is has to be asked."""
    keys = {name_key(each.speaker_name) for each in candidates if each.speaker_id is None and each.speaker_name.strip()}
    query = select(Speaker.name_key).where(Speaker.name_key.in_(keys), Speaker.merged_into_id.is_(None))
    return set(session.scalars(query.group_by(Speaker.name_key).having(func.count() > 1))) if keys else set()
