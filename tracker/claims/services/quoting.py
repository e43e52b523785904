"""Quotes of claims: chosen in the text, kept up with corrected texts, and a claim split in two."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.articles import queries as articles
from tracker.articles import quote_selection
from tracker.articles.models import Article, ArticleText
from tracker.articles.quote_matching import QuoteFinder, is_alike
from tracker.articles.texts import Place
from tracker.claims import lifecycle
from tracker.claims.enums import QuoteKind, RelationKind, Status, WithdrawReason
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.queries.outdated_quotes import KEEP, is_kept
from tracker.claims.services import editing, evidence, moves
from tracker.claims.services.common import begin_work
from tracker.errors import N_, Invalid
from tracker.ledger import Actor


@dataclass(frozen=True)
class Carried:
    """A place that a page showed: it counts as long as the typed words are the words there."""

    number: int
    start: int
    end: int


def place_fields(
    session: Session,
    article_id: int,
    quote: str,
    kind: QuoteKind | None,
    *,
    paragraph: int | None = None,
    carried: Carried | None = None,
) -> dict[str, object]:
    """The columns of a quote's place (text_number, paragraph, quote_start, quote_end); where found, `quote` as the text has it.

    Looks in the newest text, then in the one of `carried`. Without any text, or for a paraphrase, the paragraph is kept as given.
    Raises Invalid, naming the field, where the words are not there, or are in several paragraphs and none was named.
    """
    nowhere: dict[str, object] = {"text_number": None, "paragraph": None, "quote_start": None, "quote_end": None}
    if not quote:
        return nowhere
    latest = articles.latest_text(session, article_id)
    if latest is None:
        return nowhere | {"paragraph": paragraph}
    if kind is QuoteKind.PARAPHRASE:
        _check_paragraph(latest, paragraph)
        return nowhere | {"text_number": latest.number, "paragraph": paragraph}
    own = articles.text(session, article_id, carried.number) if carried and carried.number != latest.number else None
    for text in (own, latest):
        kept = _kept(text, quote, paragraph, carried) if text is not None else None
        if kept is not None:
            return kept
    for text in (latest, own):
        places = QuoteFinder(text.body).find(quote) if text is not None else []
        if text is not None and places:
            return _fields(text, _chosen(places, paragraph))
    raise Invalid(N_("The quote is not in the article’s text. Copy it from there, or mark it as a paraphrase."), field="quote")


def _kept(text: ArticleText, quote: str, paragraph: int | None, carried: Carried | None) -> dict[str, object] | None:
    if carried is None or carried.number != text.number or not 0 <= carried.start < carried.end <= len(text.body):
        return None
    block = QuoteFinder(text.body).paragraphs.at(carried.start)
    if block is None or paragraph not in (None, block.number):
        return None
    if not is_alike(text.body[carried.start : carried.end], quote):
        return None
    return _fields(text, Place(block.number, carried.start, carried.end))


def _chosen(places: list[Place], paragraph: int | None) -> Place:
    numbers = sorted({place.paragraph for place in places})
    if paragraph is not None:
        found = next((place for place in places if place.paragraph == paragraph), None)
        if found is not None:
            return found
        raise Invalid(
            N_("The quote is not in this paragraph, but in: %(paragraphs)s."),
            field="paragraph",
            paragraphs=_listed(numbers),
        )
    if len(numbers) > 1:
        raise Invalid(
            N_("The quote occurs in several paragraphs: %(paragraphs)s. Choose one."),
            field="paragraph",
            paragraphs=_listed(numbers),
        )
    return places[0]


def _check_paragraph(text: ArticleText, paragraph: int | None) -> None:
    count = len(QuoteFinder(text.body).paragraphs)
    if paragraph is not None and paragraph > count:
        raise Invalid(N_("The text has only %(count)s paragraphs."), field="paragraph", count=count)


def _fields(text: ArticleText, place: Place) -> dict[str, object]:
    return {
        "quote": text.body[place.start : place.end],
        "text_number": text.number,
        "paragraph": place.paragraph,
        "quote_start": place.start,
        "quote_end": place.end,
    }


def _listed(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers[:20])


def requote(session: Session, claim: Claim, *, number: int, start: int, end: int, actor: Actor, version: int) -> None:
    """Quote the words at an exact place of the article's text `number`, in code points. Raises Invalid, IllegalMove, Clash."""
    text = articles.text(session, claim.article_id, number)
    span = quote_selection.trim_span(text.body, start, end) if text is not None else None
    if span is None:
        raise Invalid(N_("There is no text at this position."))
    kind = claim.quote_kind if claim.quote_kind is QuoteKind.TRANSLATION else QuoteKind.VERBATIM
    fields = {
        "quote": span.text,
        "quote_kind": kind,
        "text_number": number,
        "quote_start": span.start,
        "quote_end": span.end,
    }
    editing.edit(session, claim, fields, actor=actor, version=version)


def keep(session: Session, claim: Claim, *, number: int, actor: Actor, at: datetime | None = None) -> None:
    """Say that the quote stays as it is, although text `number` has other words. Saying it twice does nothing."""
    begin_work(session, claim, actor)
    if articles.text(session, claim.article_id, number) is None:
        raise Invalid(N_("The article has no text with this number."))
    if not is_kept(session, claim.id, number):
        ledger.record(session, claim, KEEP, actor=actor, data={"text_number": number}, at=at or clock.now())


MOST = 10
# What the siblings have in common. The likelihood and the criteria speak of one statement and are written anew.
_SHARED = (
    "language", "quote", "quote_kind", "quote_language", "text_number", "quote_start", "quote_end", "paragraph", "speaker_id",
    "attribution", "hedge", "certainty", "condition", "condition_status", "made_on", "deadline_on", "deadline_source",
    "review_on",
)  # fmt: skip


def split(session: Session, claim: Claim, statements: list[str], *, actor: Actor, version: int) -> list[Claim]:
    """Make a sibling of each statement, on the desk where the claim was, and withdraw the claim.

    Raises Invalid for fewer than two or too many statements, and what `moves.withdraw` raises.
    """
    at = clock.now()
    lifecycle.begin(session, claim, "withdraw", actor=actor, version=version)
    if not 2 <= len(statements) <= MOST:
        raise Invalid(
            N_("Write two statements or more, at most %(most)s, each on a line of its own."), field="statements", most=MOST
        )
    was_tracked = claim.status != Status.DRAFT
    article = session.get_one(Article, claim.article_id)
    topics = tuple(session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id)))
    shared = {field: getattr(claim, field) for field in _SHARED}
    siblings = []
    for statement in statements:
        values = {**shared, "statement": statement}
        sibling = editing.create(session, article, actor=actor, at=at, owner_id=claim.owner_id, topic_ids=topics, **values)
        if was_tracked:
            moves.track(session, sibling, actor=actor, version=sibling.version, at=at)
        evidence.relate(session, sibling, claim.id, RelationKind.SPLIT_FROM, actor=actor, at=at)
        siblings.append(sibling)
    moves.withdraw(session, claim, WithdrawReason.SPLIT, "", actor=actor, version=version, at=at)
    return siblings
