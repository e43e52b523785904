"""Reads for sorting: a reading with its candidates, the text with its marks, what is still to be sorted anywhere."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleText
from tracker.articles.texts import Paragraph, Paragraphs
from tracker.claims.article_page import PARAGRAPHS, TextWindow, show_controls, text_window
from tracker.claims.models import Claim, Speaker
from tracker.intake.models import ArticleReading, Candidate, CandidateCue, CandidateKind, CandidateState
from tracker.pagination import Head
from tracker.suggest import load_cues

SPEAKERS_OFFERED: Final = 300
UNSORTED_MOST: Final = 100  # readings listed
_LETTERS: Final = re.compile(r"[^\W\d_]{0,30}")
_OPEN: Final = (CandidateState.WAITING, CandidateState.LATER)


@dataclass(frozen=True)
class Progress:
    """How many passages there are to sort, and what was decided. Intentions count once they are decided."""

    total: int
    kept: int
    rejected: int

    @property
    def sorted(self) -> int:
        return self.kept + self.rejected


@dataclass(frozen=True)
class ShownCue:
    """Words that made a passage a candidate, the label of their cue, and how much they count ("strong", "weak", "against")."""

    words: str
    label: str
    strength: str


@dataclass(frozen=True)
class ShownParagraph:
    """A paragraph cut into pieces, each with the candidate it belongs to, or none."""

    number: int
    start: int
    pieces: list[tuple[str, Candidate | None]]


@dataclass(frozen=True)
class Unsorted:
    """A reading that is not sorted to the end."""

    article_id: int
    title: str
    language: str
    sorter_id: int | None
    waiting: int


def find_reading(session: Session, article_id: int, text_number: int) -> ArticleReading | None:
    """The reading of one text of an article, if it was read."""
    return session.scalar(
        select(ArticleReading).where(ArticleReading.article_id == article_id, ArticleReading.text_number == text_number)
    )


def list_candidates(session: Session, reading_id: int) -> list[Candidate]:
    """All candidates of a reading in the order of the text."""
    query = select(Candidate).where(Candidate.reading_id == reading_id)
    return list(session.scalars(query.order_by(Candidate.quote_start, Candidate.quote_end, Candidate.id)))


def count_progress(candidates: Iterable[Candidate]) -> Progress:
    """What was decided so far."""
    states = [each.state for each in candidates if each.kind is not CandidateKind.INTENTION or each.state not in _OPEN]
    return Progress(len(states), states.count(CandidateState.KEPT), states.count(CandidateState.REJECTED))


def list_waiting(candidates: Sequence[Candidate], after: int = -1) -> list[Candidate]:
    """What is to be sorted next: what waits from a place in the text on, then what waits before it, then what was put off."""
    waiting = [each for each in candidates if each.state is CandidateState.WAITING and each.kind is not CandidateKind.INTENTION]
    later = [each for each in candidates if each.state is CandidateState.LATER]
    return [
        *(each for each in waiting if each.quote_start > after),
        *(each for each in waiting if each.quote_start <= after),
        *sorted(later, key=lambda each: (each.quote_start <= after, each.quote_start)),
    ]


def describe_cues(session: Session, candidate: Candidate, reading: ArticleReading, body: str, language: str) -> list[ShownCue]:
    """The cues of a candidate, the strongest first, with labels in a language of the interface."""
    cues = session.scalars(select(CandidateCue).where(CandidateCue.candidate_id == candidate.id)).all()
    return build_cues(cues, reading.language, body, language)


def build_cues(cues: Iterable[CandidateCue], read_in: str, body: str, language: str) -> list[ShownCue]:
    """Cues as a page shows them, the strongest first."""
    labels = {rule.name: rule.label for rule in load_cues(read_in)}
    ranked = sorted(cues, key=lambda cue: -cue.weight)
    return [
        ShownCue(
            body[cue.cue_start : _end_of_word(body, cue.cue_end)],
            labels[cue.name].get(language, cue.name) if cue.name in labels else cue.name,
            "strong" if cue.weight >= 1 else "weak" if cue.weight > 0 else "against",
        )
        for cue in ranked
    ]


def _end_of_word(body: str, end: int) -> int:
    """Where the word ends that a cue ends in: some cues are content with its first letters ("Apr")."""
    found = _LETTERS.match(body, end) if end and body[end - 1].isalpha() else None
    return found.end() if found else end


def choose_window(body: str, paragraph: int | None) -> TextWindow:
    """The page of a text that has a paragraph."""
    return text_window(Paragraphs(body), paragraph)


def cut_text(body: str, window: TextWindow, candidates: Sequence[Candidate], opened: Candidate | None) -> list[ShownParagraph]:
    """The paragraphs of a page of the text with their candidates; where several overlap, the open one, then the first counts."""
    ranked = sorted(candidates, key=lambda each: (each is not opened, each.quote_start))
    if opened is not None and opened not in candidates:
        ranked.insert(0, opened)
    shown = Paragraphs(body)[window.first - 1 : window.last]
    assert len(shown) <= PARAGRAPHS
    return [ShownParagraph(each.number, each.start, _cut(each, ranked)) for each in shown]


def _cut(block: Paragraph, ranked: Sequence[Candidate]) -> list[tuple[str, Candidate | None]]:
    own = [each for each in ranked if each.quote_start < block.end and each.quote_end > block.start]
    places = [(max(each.quote_start, block.start), min(each.quote_end, block.end), each) for each in own]
    cuts = sorted({block.start, block.end, *(at for start, end, _each in places for at in (start, end))})
    pieces: list[tuple[str, Candidate | None]] = []
    for start, end in pairwise(cuts):
        mark = next((each for first, last, each in places if first <= start and end <= last), None)
        words = show_controls(block.text[start - block.start : end - block.start])
        if pieces and pieces[-1][1] is mark:
            pieces[-1] = (pieces[-1][0] + words, mark)
        else:
            pieces.append((words, mark))
    return pieces


def load_statuses(session: Session, candidates: Iterable[Candidate]) -> dict[int, str]:
    """The status of the claim of each kept candidate, by the claim's number."""
    ids = [each.claim_id for each in candidates if each.claim_id is not None]
    if not ids:
        return {}
    return {row.id: row.status for row in session.execute(select(Claim.id, Claim.status).where(Claim.id.in_(ids)))}


def label_speaker(name: str, affiliation: str) -> str:
    """A speaker as the field shows them: the name, with the affiliation in brackets."""
    return f"{name} ({affiliation})" if affiliation else name


def list_speakers(session: Session, *, with_sample: bool) -> list[str]:
    """The newest speakers on file as the field takes them, by name."""
    query = select(Speaker.name, Speaker.affiliation).where(Speaker.merged_into_id.is_(None))
    if not with_sample:
        query = query.where(Speaker.is_sample.is_(False))
    rows = session.execute(query.order_by(Speaker.id.desc()).limit(SPEAKERS_OFFERED))
    return sorted({label_speaker(row.name, row.affiliation) for row in rows}, key=str.casefold)


def find_labelled(session: Session, label: str) -> int | None:
    """The speaker whose label this is; None where there is none, or several."""
    name = label.rpartition(" (")[0] if label.endswith(")") else label
    query = (
        select(Speaker).where(Speaker.name.in_({name, label}), Speaker.merged_into_id.is_(None)).order_by(Speaker.id).limit(50)
    )
    found = [each.id for each in session.scalars(query) if label_speaker(each.name, each.affiliation) == label]
    return found[0] if len(found) == 1 else None


def load_speaker_label(session: Session, speaker_id: int) -> str:
    """The label of a speaker on file; "" for none."""
    found = session.get(Speaker, speaker_id)
    return label_speaker(found.name, found.affiliation) if found is not None else ""


def list_unsorted(session: Session) -> Head[Unsorted]:
    """The UNSORTED_MOST newest readings of articles' newest texts that still have passages to sort."""
    newest = select(func.max(ArticleText.number)).where(ArticleText.article_id == ArticleReading.article_id).scalar_subquery()
    waiting = (
        select(Candidate.reading_id, func.count().label("waiting"))
        .where(Candidate.state.in_(_OPEN), Candidate.kind != CandidateKind.INTENTION)
        .group_by(Candidate.reading_id)
        .subquery()
    )
    query = (
        select(Article.id, Article.title, Article.language, ArticleReading.sorter_id, waiting.c.waiting)
        .join(ArticleReading, ArticleReading.article_id == Article.id)
        .join(waiting, waiting.c.reading_id == ArticleReading.id)
        .where(ArticleReading.text_number == newest)
        .order_by(ArticleReading.id.desc())
        .limit(UNSORTED_MOST + 1)
    )
    return Head.of((Unsorted(*row) for row in session.execute(query)), UNSORTED_MOST)
