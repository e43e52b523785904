"""What editors did with the passages that each cue marked: kept, edited, rejected."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.intake.models import ArticleReading, Candidate, CandidateCue, CandidateState
from tracker.suggest import CueRule, load_cues

LEAST_DECIDED: Final = 10  # decisions under which no share is shown
_DECIDED: Final = (CandidateState.KEPT, CandidateState.REJECTED)
# Groups of cues that can be the reason of a mark; the others only change what those weigh.
_REASONS: Final = frozenset({"future", "scheduled", "hedge", "belief", "intention"})


@dataclass(frozen=True)
class Decisions:
    """How often passages with a cue were kept as they were, kept after an edit, and rejected."""

    kept: int = 0
    edited: int = 0
    rejected: int = 0

    @property
    def total(self) -> int:
        return self.kept + self.edited + self.rejected

    @property
    def accepted_percent(self) -> int | None:
        """The share that was kept, edited or not; None while too few were decided."""
        return round(100 * (self.kept + self.edited) / self.total) if self.total >= LEAST_DECIDED else None


@dataclass(frozen=True)
class CueLine:
    """One cue with its decisions. `is_reason`: it can mark a passage by itself."""

    rule: CueRule
    decisions: Decisions
    is_on: bool

    @property
    def is_reason(self) -> bool:
        return self.rule.group in _REASONS


def count_decisions(session: Session, language: str) -> dict[str, Decisions]:
    """The decisions by the name of the cue, over all articles read in a language. A cue counts where it spoke for the mark."""
    query = (
        select(CandidateCue.name, Candidate.state, Candidate.is_edited, func.count(CandidateCue.candidate_id.distinct()))
        .join(Candidate, Candidate.id == CandidateCue.candidate_id)
        .join(ArticleReading, ArticleReading.id == Candidate.reading_id)
        .where(ArticleReading.language == language, Candidate.state.in_(_DECIDED), CandidateCue.weight > 0)
        .group_by(CandidateCue.name, Candidate.state, Candidate.is_edited)
    )
    counts: dict[str, dict[str, int]] = {}
    for name, state, is_edited, count in session.execute(query):
        key = "rejected" if state == CandidateState.REJECTED else "edited" if is_edited else "kept"
        own = counts.setdefault(name, {})
        own[key] = own.get(key, 0) + count
    return {name: Decisions(**own) for name, own in counts.items()}


def list_cue_lines(language: str, decisions: Mapping[str, Decisions], off: frozenset[str]) -> list[CueLine]:
    """Every cue of a language: those decided most often first, then in the order of their file."""
    lines = [CueLine(rule, decisions.get(rule.name, Decisions()), rule.name not in off) for rule in load_cues(language)]
    return sorted(lines, key=lambda line: -line.decisions.total)
