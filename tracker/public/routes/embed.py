"""A claim in a frame of another site, and oEmbed, by which other sites learn how to show it."""

import json
import re
from dataclasses import dataclass
from html import escape
from typing import Final
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from flask import request
from flask.typing import ResponseReturnValue

from tracker.errors import NotFound
from tracker.public import queries
from tracker.public.routes.blueprint import LANGUAGE, bp
from tracker.public.routes.caching import answer, newsroom, render, site
from tracker.public.site import Site
from tracker.public.views import ClaimView
from tracker.web import headers
from tracker.web.access import PUBLIC
from tracker.web.database import session
from tracker.web.i18n import gettext as _


@dataclass(frozen=True)
class Frame:
    """A height in pixels, and how many lines of the statement and of the reasons it holds; public.css cuts what is longer."""

    height: int
    statement: int
    reasons: int


# No script has to measure anything: lines are counted as a frame 320 pixels wide breaks them, the narrowest phone.
FRAMES: Final = (Frame(290, 4, 2), Frame(440, 6, 5), Frame(580, 8, 8))
_STATEMENT_LINE: Final = 27  # letters
_REASONS_LINE: Final = 31
WIDTH: Final = 560
_CLAIM: Final = re.compile(r"/public/(en|fr)/claims/([1-9][0-9]{0,18})/?")


def find_frame(claim: ClaimView) -> int:
    """Which of the frames is the first that holds a claim; the last one, which leads to the rest of it, where none does."""
    verdict = claim.verdict if claim.state != "withdrawn" else None
    statement = _count_lines(claim.statement, _STATEMENT_LINE)
    reasons = _count_lines(verdict["rationale"], _REASONS_LINE) if verdict is not None else 0
    fitting = (n for n, frame in enumerate(FRAMES) if statement <= frame.statement and reasons <= frame.reasons)
    return next(fitting, len(FRAMES) - 1)


def _count_lines(text: str, length: int) -> int:
    wide = sum(1 for letter in text if east_asian_width(letter) in "WF")
    return -(-(len(text) + wide) // length)


def iframe(claim: ClaimView, here: Site, width: int = WIDTH) -> str:
    """The element that shows a claim in another site."""
    title = escape(_("Prediction: %(statement)s", statement=claim.statement[:120]), quote=True)
    address = escape(here.embed_url(claim), quote=True)
    height = FRAMES[find_frame(claim)].height
    return f'<iframe src="{address}" title="{title}" width="{width}" height="{height}" loading="lazy"></iframe>'


def blockquote(claim: ClaimView, here: Site, state: str) -> str:
    """The claim as plain text with its link, for places that show no frames."""
    statement, address = escape(claim.statement), escape(here.claim_url(claim), quote=True)
    return (
        f'<blockquote cite="{address}"><p lang="{escape(claim.language, quote=True)}">{statement}</p>'
        f'<footer>{escape(state)} · <a href="{address}">{escape(newsroom().name)}</a></footer></blockquote>'
    )


@bp.get(f"/embed/{LANGUAGE}/claims/<id:claim_id>", needs=PUBLIC)
def embed(language: str, claim_id: int) -> ResponseReturnValue:
    """A claim for a frame."""
    found = queries.load_claim(session(), claim_id, language)

    def draw() -> str:
        return render("public/embed.html", site=site(language), claim=found, article=found.article, frame=find_frame(found))

    return answer(f"embed {language} {found.content_digest} {found.article.path}", draw, profile=headers.EMBED)


@bp.get("/oembed", needs=PUBLIC)
def oembed() -> ResponseReturnValue:
    """How to show the claim at `?url=` (oEmbed 1.0, type rich). 404 for any other address, 501 for any other format than JSON."""
    if request.args.get("format", "json") != "json":
        return answer("oembed format", lambda: "", "text/plain", headers.DATA), 501
    address = urlsplit(request.args.get("url", "")[:2_000])
    match = _CLAIM.fullmatch(address.path)
    here = site("en")
    if match is None or address.netloc != urlsplit(here.base).netloc:
        raise NotFound()
    language = match[1]
    found = queries.load_claim(session(), int(match[2]), language)
    width = _limit(request.args.get("maxwidth"), WIDTH)

    def draw() -> str:
        height = FRAMES[find_frame(found)].height
        return json.dumps(
            {
                "version": "1.0",
                "type": "rich",
                "title": found.statement,
                "provider_name": newsroom().name,
                "provider_url": site(language).url(),
                "cache_age": 3600,
                "width": width,
                "height": height,
                "html": iframe(found, site(language), width),
                "thumbnail_url": site(language).picture_url(found),
                "thumbnail_width": 1200,
                "thumbnail_height": 630,
            },
            ensure_ascii=False,
        )

    return answer(f"oembed {language} {found.content_digest} {width}", draw, "application/json", headers.DATA)


def _limit(given: str | None, most: int) -> int:
    """The width asked for, no wider than ours."""
    asked = int(given) if given and given.isascii() and given.isdigit() and len(given) < 7 else most
    return max(220, min(asked, most))
