"""Pages of articles with their claims: the list, one article, one of its texts."""

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.queries import editor_names
from tracker.accounts.roles import Role
from tracker.articles import queries
from tracker.articles.models import Article, ArticleText
from tracker.articles.routes import article_url, bp
from tracker.articles.routes import init_app as init_articles
from tracker.articles.texts import Paragraphs
from tracker.claims.article_page import build_blocks, build_legend, show_claims, text_window
from tracker.claims.queries import article_claims, outdated_quotes, unquoted_claims
from tracker.claims.routes import outdated_quotes as outdated_quote_routes
from tracker.claims.routes import quote_selection
from tracker.errors import NotFound
from tracker.pagination import read_id
from tracker.search import names
from tracker.web import i18n
from tracker.web.database import session
from tracker.web.page_context import ctx
from tracker.web.pages import Pager, capped, page_url, pager_of

__all__ = ["outdated_quote_routes"]  # adds its pages to the blueprint


def init_app(app: Flask) -> None:
    """Add articles with all their pages to an application, and to templates `marked_url(article_id, text, claim)`."""
    init_articles(app)
    app.jinja_env.globals["marked_url"] = quote_selection.marked_url


@bp.get("", needs=Role.VIEWER)
def index() -> ResponseReturnValue:
    """All articles, newest first; `?q=` looks for words in headlines and outlets."""
    q = request.args.get("q", "").strip()
    found = queries.listed(session(), q, with_sample=ctx.newsroom.show_sample, **_position("after", "before"))
    counts = article_claims.counts_of_articles(session(), [row.id for row in found.rows])
    return render_template(
        "articles/index.html",
        q=q,
        q_is_cut=names.is_cut(q),
        articles=found.rows,
        counts=counts,
        counted=_counted,
        pager=pager_of(found),
    )


def _counted(count: int, counts: article_claims.ClaimCounts) -> str:
    """A count of claims; "1,000+" where counting stopped."""
    return capped(count + counts.is_cut, count)


@bp.get("/<id:article_id>")
@bp.get("/<id:article_id>-<string(minlength=0):slug>", needs=Role.VIEWER)
def show(article_id: int, slug: str | None = None) -> ResponseReturnValue:
    """An article: how its claims are doing, the claims in reading order, its text. An old or wrong slug redirects.

    `?claims_after=` and `?claims_before=` turn the pages of the claims, `?paragraph=` chooses the page of the text.
    """
    article = queries.get(session(), article_id)
    right = article_url(article.id, article.title)
    if request.script_root + request.path != right:
        query = request.query_string.decode("utf-8", "replace")
        return redirect(f"{right}?{query}" if query else right, 308)
    today = i18n.today()
    counts = article_claims.count_by_state(session(), article.id, today)
    place = _position("claims_after", "claims_before")
    found = article_claims.list_article_claims(session(), article.id, ctx.language, **place)
    text = queries.latest_text(session(), article.id)
    return render_template(
        "articles/show.html",
        article=article,
        author=_author(article),
        claims=show_claims(found.rows, today),
        pager=Pager(
            previous=page_url(claims_before=str(found.before), claims_after=None) if found.before else "",
            next=page_url(claims_after=str(found.after), claims_before=None) if found.after else "",
        ),
        counts=counts,
        legend=build_legend(counts),
        counted=article_claims.COUNTED_BY_STATE,
        capped=capped,
        text=text,
        **_text_page(article, text, also_unnumbered=True),
        today=today,
        has_unquoted=text is not None and unquoted_claims.has_unquoted(session(), article.id),
    )


@bp.get("/<id:article_id>/text", needs=Role.VIEWER)
def text(article_id: int) -> ResponseReturnValue:
    """One numbered text of an article: the newest, or the one that `?number=` names; `?paragraph=` chooses the page."""
    article = queries.get(session(), article_id)
    lines = queries.text_lines(session(), article.id)
    wanted = read_id(request.args.get("number")) if "number" in request.args else (lines[-1].number if lines else None)
    if "number" in request.args and wanted not in {line.number for line in lines}:
        raise NotFound()
    chosen = queries.text(session(), article.id, wanted) if wanted is not None else None
    number = chosen.number if chosen is not None else 0
    elsewhere, has_more = article_claims.other_quotes(session(), article.id, number, ctx.language)
    return render_template(
        "articles/text.html",
        article=article,
        lines=lines,
        names=editor_names(session(), [line.received_by_id for line in lines]),
        text=chosen,
        **_text_page(article, chosen),
        elsewhere=elsewhere,
        has_more=has_more,
        has_outdated=outdated_quotes.has_outdated(session(), article.id),
    )


def _text_page(article: Article, text: ArticleText | None, *, also_unnumbered: bool = False) -> dict[str, object]:
    """The paragraphs that the page shows, each with its claims, and their window."""
    if text is None:
        return {"blocks": [], "window": None, "marked_most": None}
    paragraphs = Paragraphs(text.body)
    window = text_window(paragraphs, read_id(request.args.get("paragraph")))
    claims = article_claims.placed_claims(
        session(),
        article.id,
        text.number,
        i18n.today(),
        first=window.first,
        last=window.last,
        also_unnumbered=also_unnumbered,
    )
    most = article_claims.PLACED_MAX
    return {
        "blocks": build_blocks(paragraphs, window, claims[:most]),
        "window": window,
        "page_url": page_url,
        "marked_most": most if len(claims) > most else None,
    }


def _position(after: str, before: str) -> dict[str, str | None]:
    return {"after": request.args.get(after), "before": request.args.get(before)}


def _author(article: Article) -> str:
    if article.author_editor_id is None:
        return article.author
    return editor_names(session(), [article.author_editor_id]).get(article.author_editor_id, article.author)
