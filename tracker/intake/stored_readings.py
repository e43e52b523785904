"""Writes on readings: store what was found in a text, add a passage of an editor's own, hand the sorting over."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker import clock
from tracker.articles.models import Article, ArticleText
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.services.common import require_editor, require_owner
from tracker.errors import N_, Invalid
from tracker.intake import filling
from tracker.intake.filling import Basis
from tracker.intake.models import ArticleReading, Candidate, CandidateCue, CandidateState
from tracker.ledger import Actor
from tracker.newsroom import settings
from tracker.newsroom.cue_switches import list_cues_off

Found = tuple[Candidate, list[CandidateCue]]
QUOTE_MAX = 10_000  # code points, as a claim keeps


def store_reading(
    session: Session, article: Article, text: ArticleText, found: Sequence[Found], *, actor: Actor, language: str, note: str = ""
) -> ArticleReading:
    """Store what was found in a text; the reading that is here already where another editor was faster.

    Leaves out passages that were decided in an earlier text of the article, and those that are a claim's quote already.
    """
    require_editor(actor)
    session.refresh(article, with_for_update=True)  # two who read the same text do so in turn
    reading = session.scalar(
        select(ArticleReading).where(ArticleReading.article_id == article.id, ArticleReading.text_number == text.number)
    )
    if reading is not None:
        return reading
    reading = ArticleReading(
        article_id=article.id,
        text_number=text.number,
        language=language,
        sorter_id=actor.editor_id,
        note=note,
        created_at=clock.now(),
        created_by_id=actor.editor_id,
    )
    known = _load_known(session, article.id)
    session.add(reading)
    session.flush()
    for candidate, cues in found:
        if " ".join(text.body[candidate.quote_start : candidate.quote_end].split()) not in known:
            _add(session, reading, candidate, cues)
    return reading


def add_own(session: Session, reading: ArticleReading, found: Found, *, actor: Actor) -> Candidate:
    """Add a passage that an editor chose; the one that is here already at this place. Raises Invalid for one that is too long."""
    require_editor(actor)
    candidate, cues = found
    if candidate.quote_end - candidate.quote_start > QUOTE_MAX:
        raise Invalid(N_("A quote has at most %(most)s characters."), field="quote", most=QUOTE_MAX)
    session.refresh(reading, with_for_update=True)
    same = session.scalar(
        select(Candidate).where(
            Candidate.reading_id == reading.id,
            Candidate.quote_start == candidate.quote_start,
            Candidate.quote_end == candidate.quote_end,
        )
    )
    return same if same is not None else _add(session, reading, candidate, cues)


def hand_over(session: Session, reading: ArticleReading, editor_id: int | None, *, actor: Actor) -> None:
    """Make an editor the one who sorts a reading; None: no one in particular. Raises Invalid for someone who cannot."""
    require_editor(actor)
    if editor_id is not None:
        try:
            require_owner(session, editor_id)
        except Invalid:
            raise Invalid(N_("Choose one of the editors."), field="sorter_id") from None
    session.refresh(reading, with_for_update=True)
    reading.sorter_id = editor_id


def move_deadlines(session: Session, article: Article, before: date) -> None:
    """Move the deadlines of passages that no editor has changed, after the article's day was changed.

    Of those that were kept or rejected as well: a decision that is undone lets them wait again. For
    `articles.services.on_day_changed`.
    """
    current = settings.load(session)
    readings = select(ArticleReading, ArticleText.body).join(
        ArticleText, (ArticleText.article_id == ArticleReading.article_id) & (ArticleText.number == ArticleReading.text_number)
    )
    for reading, body in session.execute(readings.where(ArticleReading.article_id == article.id)):
        unchanged = (
            select(Candidate)
            .where(Candidate.reading_id == reading.id, Candidate.is_edited.is_(False))
            .order_by(Candidate.quote_start)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        basis = Basis(body, reading.language, article.published_on, current.review_after_days)
        filling.move_deadlines(basis, before, session.scalars(unchanged).all(), list_cues_off(current.cues_off, reading.language))
    session.flush()


def release_all_of(session: Session, editor_id: int, _actor: Actor) -> None:
    """Leave the readings of a disabled editor to everyone. For `open_work.on_editor_disabled`."""
    session.execute(update(ArticleReading).where(ArticleReading.sorter_id == editor_id).values(sorter_id=None))


def _add(session: Session, reading: ArticleReading, candidate: Candidate, cues: Sequence[CandidateCue]) -> Candidate:
    candidate.reading_id = reading.id
    session.add(candidate)
    session.flush()
    for cue in cues:
        cue.candidate_id = candidate.id
    session.add_all(cues)
    session.flush()
    return candidate


def _load_known(session: Session, article_id: int) -> set[str]:
    """The words of passages that were kept or rejected in other texts of an article, and of its claims' quotes."""
    decided = (
        select(ArticleText.body, Candidate.quote_start, Candidate.quote_end)
        .join(ArticleReading, ArticleReading.id == Candidate.reading_id)
        .join(
            ArticleText,
            (ArticleText.article_id == ArticleReading.article_id) & (ArticleText.number == ArticleReading.text_number),
        )
        .where(
            ArticleReading.article_id == article_id,
            Candidate.state.in_((CandidateState.KEPT, CandidateState.REJECTED)),
        )
    )
    known = {" ".join(body[start:end].split()) for body, start, end in session.execute(decided)}
    quotes = select(Claim.quote).where(Claim.article_id == article_id, Claim.quote != "", Claim.status != Status.WITHDRAWN)
    return known | {" ".join(quote.split()) for quote in session.scalars(quotes)}
