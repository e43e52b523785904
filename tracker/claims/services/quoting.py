"""The place of the words that an editor typed in the article: found as a reader would find them or refused, never guessed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.articles import queries as articles
from tracker.articles.models import ArticleText
from tracker.articles.quote_matching import QuoteFinder, is_alike
from tracker.articles.texts import Place
from tracker.claims.enums import QuoteKind
from tracker.errors import N_, Invalid


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
