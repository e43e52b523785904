"""The publication of an article: its state, a preview, and the moves."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.roles import Role
from tracker.articles.models import Article
from tracker.claims.public_form import Forms
from tracker.claims.services import holds, name_guard
from tracker.newsroom import settings
from tracker.public.article_queries import cut_page, has_changes
from tracker.public.models import Publication, PublicationState
from tracker.public.routes.caching import site
from tracker.public.routes.pages import article_page
from tracker.public.views import ArticleView
from tracker.publishing import projection, services
from tracker.publishing.forms import LATER, OfflineForm, PublishForm
from tracker.publishing.routes.blueprint import bp, readers_language, store
from tracker.sql import require_row
from tracker.web import i18n
from tracker.web.access import current_actor
from tracker.web.database import session
from tracker.web.forms import Form
from tracker.web.i18n import gettext as _

LANGUAGE = "<any(en,fr):language>"


@bp.get("/articles/<id:article_id>/publication", needs=Role.EDITOR)
def article(article_id: int) -> ResponseReturnValue:
    """How an article is published, what readers see or would see, and what is kept back."""
    return _page(article_id)


def _page(
    article_id: int,
    *,
    publish: PublishForm | None = None,
    offline: OfflineForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    found = require_row(session(), Article, article_id)
    row = services.load_publication(session(), article_id)
    forms_ = _load_forms(row, article_id)
    state = row.state if row is not None else PublicationState.PRIVATE
    page = render_template(
        "publishing/article.html",
        article=found,
        publication=row,
        state=state,
        address=site(readers_language()).article(_view(found, row)) if state == PublicationState.PUBLIC else "",
        count=len(forms_.claims),
        withheld=forms_.withheld,
        field_names=name_guard.FIELDS,
        publish=publish or PublishForm(None),
        offline=offline or OfflineForm(None),
        refusal=refusal,
        problem=status >= 400,
    )
    return page, status


def _load_forms(row: Publication | None, article_id: int) -> Forms:
    since = row.published_at if row is not None and row.published_at is not None else clock.now()
    newsroom = settings.load(session())
    return services.load_forms(session(), article_id, since, name_editors=newsroom.name_editors)


def _view(found: Article, row: Publication | None) -> ArticleView:
    return projection.article_view(found, row)


@bp.get(f"/articles/<id:article_id>/publication/preview/{LANGUAGE}", needs=Role.EDITOR)
def preview_article(article_id: int, language: str) -> ResponseReturnValue:
    """The article exactly as readers see it, or would see it."""
    found = require_row(session(), Article, article_id)
    row = services.load_publication(session(), article_id)
    view = _view(found, row)
    after = request.args.get("after", type=int)
    page = cut_page(projection.claim_views(_load_forms(row, article_id), view, language), after)
    page = replace(page, has_changes=has_changes(session(), view))

    def address(place: int) -> str:
        return url_for("publishing.preview_article", article_id=article_id, language=language, after=place or None)

    with i18n.use_language(language):
        return article_page(page, view, site(language), after, address, noindex=True)


@bp.post("/articles/<id:article_id>/publication", needs=Role.EDITOR)
def publish(article_id: int) -> ResponseReturnValue:
    """Make it public, now or later."""
    form = PublishForm(request.form)

    def work(current: Session) -> str:
        later = None
        if form.when.data == LATER:
            later = holds.read_moment(form.day.data, form.time.data, settings.load(current).zone, "time")
        services.publish(current, article_id, actor=current_actor(), go_live_at=later)
        return _("The publication is planned.") if later else _("The article is public.")

    return _store(article_id, work, form, publish=form)


@bp.post("/articles/<id:article_id>/publication/cancel", needs=Role.EDITOR)
def unschedule(article_id: int) -> ResponseReturnValue:
    """Cancel a planned publication."""

    def work(current: Session) -> str:
        services.unschedule(current, article_id, actor=current_actor())
        return _("The planned publication is cancelled.")

    return _store(article_id, work)


@bp.post("/articles/<id:article_id>/publication/offline", needs=Role.CHIEF)
def take_offline(article_id: int) -> ResponseReturnValue:
    """Take it off the public pages."""
    form = OfflineForm(request.form)

    def work(current: Session) -> str:
        services.take_offline(current, article_id, line=form.line.data, reason=form.reason.data, actor=current_actor())
        return _("The article is offline. Its address shows your line.")

    return _store(article_id, work, form, offline=form)


@bp.post("/articles/<id:article_id>/publication/noindex", needs=Role.EDITOR)
def set_noindex(article_id: int) -> ResponseReturnValue:
    """Ask search engines to leave its pages out, or no longer."""

    def work(current: Session) -> str:
        services.set_noindex(current, article_id, request.form.get("noindex") == "1", actor=current_actor())
        return _("Saved.")

    return _store(article_id, work)


def _store(article_id: int, work: Callable[[Session], str], form: Form | None = None, **shown: Any) -> ResponseReturnValue:
    return store(work, url_for("publishing.article", article_id=article_id), partial(_page, article_id, **shown), form)
