"""A claim in a frame of another site, and oEmbed, by which other sites learn how to show it."""

import json
import re
from html import escape
from typing import Final
from urllib.parse import urlsplit

from flask import request
from flask.typing import ResponseReturnValue

from tracker.errors import NotFound
from tracker.public import queries
from tracker.public.routes.blueprint import LANGUAGE, bp
from tracker.public.routes.caching import answer, newsroom, render, site
from tracker.public.site import Site
from tracker.public.views import ClaimView
from tracker.web import access, headers
from tracker.web.database import session
from tracker.web.i18n import gettext as _

# The height of the frame by the length of the text in it: no script has to measure anything.
HEIGHTS: Final = ((160, 260), (420, 380), (10**9, 540))
WIDTH: Final = 560
_CLAIM: Final = re.compile(r"/public/(en|fr)/claims/([1-9][0-9]{0,18})/?")


def frame_height(claim: ClaimView) -> int:
    """How high the frame of a claim is."""
    verdict = claim.verdict
    length = len(claim.statement) + (len(verdict["rationale"]) if verdict is not None else 0)
    return next(height for most, height in HEIGHTS if length <= most)


def iframe(claim: ClaimView, here: Site, width: int = WIDTH) -> str:
    """The element that shows a claim in another site."""
    title = escape(_("Prediction: %(statement)s", statement=claim.statement[:120]), quote=True)
    address = escape(here.embed_url(claim), quote=True)
    height = frame_height(claim)
    return f'<iframe src="{address}" title="{title}" width="{width}" height="{height}" loading="lazy"></iframe>'


def blockquote(claim: ClaimView, here: Site, state: str) -> str:
    """The claim as plain text with its link, for places that show no frames."""
    statement, address = escape(claim.statement), escape(here.claim_url(claim), quote=True)
    return (
        f'<blockquote cite="{address}"><p lang="{escape(claim.language, quote=True)}">{statement}</p>'
        f'<footer>{escape(state)} · <a href="{address}">{escape(newsroom().name)}</a></footer></blockquote>'
    )


@bp.get(f"/embed/{LANGUAGE}/claims/<id:claim_id>")
@access.public
def embed(language: str, claim_id: int) -> ResponseReturnValue:
    """A claim for a frame."""
    found = queries.load_claim(session(), claim_id, language)

    def draw() -> str:
        return render("public/embed.html", site=site(language), claim=found, article=found.article)

    return answer(f"embed {language} {found.etag} {found.article.path}", draw, profile=headers.EMBED)


@bp.get("/oembed")
@access.public
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
        height = frame_height(found)
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

    return answer(f"oembed {language} {found.etag} {width}", draw, "application/json", headers.DATA)


def _limit(given: str | None, most: int) -> int:
    """The width asked for, no wider than ours."""
    asked = int(given) if given and given.isascii() and given.isdigit() and len(given) < 7 else most
    return max(220, min(asked, most))
