"""The article's text next to the form of a new claim: what is quoted already, the words in hand, and the next passage."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flask import url_for
from sqlalchemy.orm import Session

from tracker.articles import queries as articles
from tracker.articles.models import Article, ArticleText
from tracker.articles.texts import Paragraph, Paragraphs
from tracker.claims.article_page import text_window
from tracker.claims.queries.article_claims import PlacedClaim, placed_claims
from tracker.newsroom.cue_switches import list_cues_off
from tracker.suggest import LANGUAGES, Kind, Options, suggest
from tracker.web import i18n
from tracker.web.page_context import ctx

LONGEST: Final = 40_000  # code points of a text in which the next passage is looked for

Place = tuple[int, int, int]  # text number, start, end
Range = tuple[int, int, str]  # start, end, and how it is marked: "on" (in hand), "was" (has a claim), "may" (no claim yet)


@dataclass(frozen=True)
class ReadingPane:
    """What the page shows of the article. `blocks`: each paragraph's number and its pieces with their marks."""

    text: ArticleText
    blocks: list[tuple[int, list[tuple[str, str]]]]
    here: int | None  # the paragraph of the words in hand
    quote: str
    next_passage: str
    next_url: str
    number: int  # of the passage in hand among all, 0 where it is none
    total: int


def load_reading_pane(session: Session, article: Article, place: Place | None) -> ReadingPane | None:
    """Read the article's text for the form; None where the article has no text."""
    text = articles.text(session, article.id, place[0]) if place else None
    text = text or articles.latest_text(session, article.id)
    if text is None:
        return None
    paragraphs = Paragraphs(text.body)
    span = (place[1], place[2]) if place is not None and place[0] == text.number else None
    block = paragraphs.at(span[0]) if span else None
    window = text_window(paragraphs, block.number if block else None)
    claims = placed_claims(session, article.id, text.number, i18n.today(), first=1, last=len(paragraphs))
    passages = _passages(article, text)
    waiting = [each for each in passages if not _overlaps(each, _quoted(claims)) and not (span and _overlaps(each, [span]))]
    after = next((each for each in waiting if span is None or each[0] >= span[1]), None)
    marks: list[Range] = [(*span, "on")] if span else []
    marks += [(start, end, "was") for start, end in _quoted(claims)] + [(start, end, "may") for start, end in waiting]
    all_passages = sorted({*passages, *_quoted(claims), *([span] if span else [])})
    return ReadingPane(
        text=text,
        blocks=[(each.number, _pieces(each, marks)) for each in paragraphs[window.first - 1 : window.last]],
        here=block.number if block else None,
        quote=text.body[span[0] : span[1]] if span else "",
        next_passage=text.body[after[0] : after[1]] if after else "",
        next_url=url_for("claims.new", article=article.id, text=text.number, start=after[0], end=after[1]) if after else "",
        number=all_passages.index(span) + 1 if span else 0,
        total=len(all_passages),
    )


def next_passage_url(session: Session, article: Article, place: Place | None) -> str:
    """The form for the next passage without a claim after the one just saved; "" where there is none."""
    pane = load_reading_pane(session, article, place)
    return pane.next_url if pane is not None else ""


def _passages(article: Article, text: ArticleText) -> list[tuple[int, int]]:
    language = article.language.partition("-")[0]
    if language not in LANGUAGES or len(text.body) > LONGEST:
        return []
    options = Options(cues_off=list_cues_off(ctx.newsroom.cues_off, language))
    found = suggest(text.body, language, article.published_on, options)
    return [(each.start, each.end) for each in found if each.kind in (Kind.LIKELY, Kind.PERHAPS)]


def _quoted(claims: Iterable[PlacedClaim]) -> list[tuple[int, int]]:
    return [(claim.start, claim.end) for claim in claims if claim.start is not None and claim.end is not None]


def _overlaps(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _pieces(block: Paragraph, marks: list[Range]) -> list[tuple[str, str]]:
    """A paragraph's text, cut wherever a mark starts or ends; of several marks the first in the list counts."""
    own = [
        (max(start, block.start), min(end, block.end), mark)
        for start, end, mark in marks
        if start < block.end and end > block.start
    ]
    cuts = sorted({block.start, block.end, *(at for start, end, _mark in own for at in (start, end))})
    pieces: list[tuple[str, str]] = []
    for start, end in pairwise(cuts):
        mark = next((mark for first, last, mark in own if first <= start and end <= last), "")
        piece = block.text[start - block.start : end - block.start]
        if pieces and pieces[-1][1] == mark:
            pieces[-1] = (pieces[-1][0] + piece, mark)
        elif piece:
            pieces.append((piece, mark))
    return pieces
