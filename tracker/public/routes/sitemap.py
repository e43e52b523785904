"""What search engines ask for: the site map, in parts of so many claims, and robots.txt."""

from typing import Final
from xml.sax.saxutils import escape

from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from tracker.public import queries, scorecards
from tracker.public.models import PublicClaim
from tracker.public.routes.blueprint import bp
from tracker.public.routes.caching import answer, newsroom, site
from tracker.public.site import LANGUAGES
from tracker.web import headers
from tracker.web.access import PUBLIC
from tracker.web.database import session

PART: Final = 10_000  # numbers of claims; in two languages and with their articles, fewer than 50,000 addresses
_XMLNS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@bp.get("/sitemap.xml", needs=PUBLIC)
def sitemap() -> ResponseReturnValue:
    """The parts of the site map."""
    head = queries.load_head(session())
    here = site("en")

    def draw() -> str:
        last = session().scalar(select(func.max(PublicClaim.claim_id))) or 0
        parts = "".join(
            f"<sitemap><loc>{escape(here.base)}/public/sitemap-{n}.xml</loc></sitemap>" for n in range(last // PART + 1)
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{_XMLNS}">{parts}</sitemapindex>\n'

    return answer(f"sitemap {head.version}", draw, "application/xml", headers.DATA)


@bp.get("/public/sitemap-<int:part>.xml", needs=PUBLIC)
def sitemap_part(part: int) -> ResponseReturnValue:
    """The addresses of some claims, and of the articles that they are the first ones of."""
    head = queries.load_head(session())

    def draw() -> str:
        paths = ["/", "/corrections", "/method"] if part == 0 else []
        if part == 0 and newsroom().public_scorecards:
            paths += scorecards.list_paths(session())
        seen: set[int] = set()
        for path, article_id in queries.list_addresses(session(), part * PART, (part + 1) * PART):
            if article_id not in seen:
                seen.add(article_id)
                paths.append(path[0])
            paths.append(path[1])
        urls = "".join(f"<url><loc>{escape(site(each).url(path))}</loc></url>" for path in paths for each in LANGUAGES)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{_XMLNS}">{urls}</urlset>\n'

    return answer(f"sitemap {part} {head.version}", draw, "application/xml", headers.DATA)


@bp.get("/robots.txt", needs=PUBLIC)
def robots() -> ResponseReturnValue:
    """Readers' pages are for everyone, the newsroom's are not."""
    lines = ("User-agent: *", "Allow: /public/", "Allow: /og/", "Allow: /embed/", "Allow: /static/", "Disallow: /")
    headers.use_profile(headers.DATA)
    return Response("\n".join((*lines, f"Sitemap: {site('en').base}/sitemap.xml", "")), mimetype="text/plain")
