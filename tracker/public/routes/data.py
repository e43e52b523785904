"""What programs read: JSON next to each page, verdicts as CSV, verdicts and corrections as Atom."""

import json
from collections.abc import Iterator
from typing import Final

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from tracker.exports import formats
from tracker.public import article_queries, feeds, queries, tables
from tracker.public.routes.blueprint import LANGUAGE, bp
from tracker.public.routes.caching import answer, make_etag, newsroom, salt, site
from tracker.public.site import Site
from tracker.public.views import ArticleView, ClaimView
from tracker.web import headers
from tracker.web.access import PUBLIC
from tracker.web.database import database, session
from tracker.web.i18n import gettext as _

JSON: Final = "application/json"
FEEDS: Final = "<any(verdicts,corrections):name>"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)


def _article(found: ArticleView, here: Site) -> dict[str, object]:
    return {"id": found.id, "address": here.url(f"/articles/{found.path}"), **found.body}


def _claim(found: ClaimView, here: Site) -> dict[str, object]:
    return {"address": here.claim_url(found), **found.body}


@bp.get(f"/public/{LANGUAGE}/claims/<id:claim_id>.json", needs=PUBLIC)
def claim_json(language: str, claim_id: int) -> ResponseReturnValue:
    """A claim with its article."""
    found = queries.load_claim(session(), claim_id, language)

    def draw() -> str:
        return _json({"article": _article(found.article, site(language)), "claim": _claim(found, site(language))})

    key = f"claim.json {language} {found.content_digest} {found.article.content_digest} {found.article.path}"
    return answer(key, draw, JSON, headers.DATA)


@bp.get(f"/public/{LANGUAGE}/articles/<id:article_id>.json")
@bp.get(f"/public/{LANGUAGE}/articles/<id:article_id>-<string(minlength=0):slug>.json", needs=PUBLIC)
def article_json(language: str, article_id: int, slug: str | None = None) -> ResponseReturnValue:
    """An article with all its claims."""
    found = article_queries.load_article(session(), article_id)
    here, source = site(language), database()

    def stream() -> Iterator[str]:
        # A session of its own: the request's is closed before the last claim is sent. An article may have thousands.
        start, end = _json({"article": _article(found, here), "claims": []}).rsplit("]", 1)
        yield start
        separator = "\n  "
        with source.reading() as current:
            for claim in article_queries.iterate_article(current, found, language):
                yield separator + _json(_claim(claim, here)).replace("\n", "\n  ")
                separator = ",\n  "
        yield f"]{end}" if separator == "\n  " else f"\n ]{end}"

    return answer(f"article.json {language} {found.content_digest}", stream, JSON, headers.DATA)


@bp.get(f"/public/{LANGUAGE}/newest.json", needs=PUBLIC)
def newest_json(language: str) -> ResponseReturnValue:
    """The claims that changed last."""
    head = queries.load_head(session())

    def draw() -> str:
        found = queries.list_newest(session(), language)
        return _json({"claims": [_claim(each, site(language)) for each in found.rows]})

    return answer(f"newest.json {language} {head.version}", draw, JSON, headers.DATA)


@bp.get(f"/public/{LANGUAGE}/topics/<id:topic_id>.json")
@bp.get(f"/public/{LANGUAGE}/topics/<id:topic_id>-<string(minlength=0):slug>.json", needs=PUBLIC)
def topic_json(language: str, topic_id: int, slug: str | None = None) -> ResponseReturnValue:
    """The newest claims about a topic."""
    head = queries.load_head(session())

    def draw() -> str:
        found = queries.list_topic(session(), topic_id, language)
        return _json({"claims": [_claim(each, site(language)) for each in found.rows]})

    return answer(f"topic.json {language} {topic_id} {head.version}", draw, JSON, headers.DATA)


@bp.get(f"/public/{LANGUAGE}/corrections.json", needs=PUBLIC)
def corrections_json(language: str) -> ResponseReturnValue:
    """The newest corrections and changes."""
    head = queries.load_head(session())

    def draw() -> str:
        found = queries.list_changes(session(), language, verdicts=False)
        return _json(
            {
                "changes": [
                    {
                        "id": f"{each.ref}/{each.kind}",
                        "at": each.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                        "kind": each.kind,
                        "line": each.line,
                        "claim": each.claim.id if each.claim is not None else None,
                        "article": each.article.id,
                    }
                    for each in found.rows
                ]
            }
        )

    return answer(f"corrections.json {language} {head.version}", draw, JSON, headers.DATA)


@bp.get(f"/public/{LANGUAGE}/{FEEDS}.atom", needs=PUBLIC)
def feed(language: str, name: str) -> ResponseReturnValue:
    """The newest verdicts, or corrections and changes, as Atom."""
    head = queries.load_head(session())
    here = site(language)

    def draw() -> bytes:
        found = queries.list_changes(session(), language, verdicts=name == "verdicts")
        house = newsroom().name
        title = _("Verdicts, %(newsroom)s", newsroom=house) if name == "verdicts" else ""
        title = title or _("Corrections, %(newsroom)s", newsroom=house)
        return feeds.write(found.rows, here, name, title, house)

    return answer(f"{name}.atom {language} {head.version}", draw, "application/atom+xml", headers.DATA)


@bp.get(f"/public/{FEEDS}.atom", needs=PUBLIC)
def feed_anywhere(name: str) -> ResponseReturnValue:
    """To the feed in the newsroom's language."""
    return redirect(site(newsroom().language).path(f"/{name}.atom"), 301)


@bp.get("/public/verdicts.csv", needs=PUBLIC)
def verdicts_csv() -> ResponseReturnValue:
    """The newest public verdict of each claim."""
    head = queries.load_head(session())
    headers.use_profile(headers.DATA)
    here = site(newsroom().language)
    etag = make_etag("verdicts.csv", head.version, salt())
    found = database()

    def stream() -> Iterator[str]:
        # A session of its own: the request's is closed before the last row is sent.
        with found.reading() as current:
            batches = queries.iterate_claims(current)
            rows = (tables.row(claim, here) for batch in batches for claim in batch if claim.verdict is not None)
            yield from formats.format_csv(tables.COLUMNS, rows)

    as_file = {"Content-Disposition": "attachment; filename=verdicts.csv"}
    return headers.answer_if_changed(etag, lambda: Response(stream(), mimetype="text/csv", headers=as_file))
