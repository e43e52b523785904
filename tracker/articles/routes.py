"""The forms that add and change articles and their texts. The pages that show them with their claims are in `claims.routes`."""

from collections.abc import Callable
from typing import Any

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.queries import editor_names, working_editors
from tracker.accounts.roles import Role
from tracker.articles import queries, services
from tracker.articles.addresses import slug
from tracker.articles.forms import ArticleForm, EditArticleForm, TextForm
from tracker.articles.models import Article
from tracker.errors import Invalid, Stale
from tracker.web.access import Blueprint, current_actor
from tracker.web.conflicts import differing
from tracker.web.database import session, writing
from tracker.web.forms import collect_refusals, feed
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.language_names import language_name
from tracker.web.page_context import ctx
from tracker.web.pages import toast

bp = Blueprint("articles", __name__, url_prefix="/articles")


def init_app(app: Flask) -> None:
    """Add the articles to an application, and to templates `article_url(id, title)`."""
    app.register_blueprint(bp)
    app.jinja_env.globals["article_url"] = article_url


@bp.context_processor
def _words() -> dict[str, object]:
    return {"language_name": language_name}


def article_url(article_id: int, title: str, **query: Any) -> str:
    """The address of an article's page."""
    # Without a slug (a title in no Latin letters), the address ends with the number.
    return url_for("articles.show", article_id=article_id, slug=slug(title) or None, **query)


@bp.get("/<id:article_id>/text/new", needs=Role.EDITOR)
def new_text(article_id: int) -> ResponseReturnValue:
    """The form for a corrected text."""
    return _render_text_form(queries.get(session(), article_id), TextForm())


@bp.post("/<id:article_id>/text/new", needs=Role.EDITOR)
def add_text(article_id: int) -> ResponseReturnValue:
    """Keep a further text of an article; the quotes stay where they were taken from."""
    article = queries.get(session(), article_id)
    form = TextForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current, run_once(current) as done:
            number = services.add_text(current, current_actor(), article, form.body.data).number
            # Claims above this package know whether quotes were taken from an older text.
            answer = done(url_for("articles.quotes", article_id=article_id))
    if form.errors:
        return _render_text_form(article, form), 422
    toast(_("Corrected text saved as text %(number)s. Quotes still refer to the text they were taken from.", number=number))
    return answer


@bp.get("/<id:article_id>/edit", needs=Role.EDITOR)
def edit(article_id: int) -> ResponseReturnValue:
    """The form that changes what is known of an article."""
    article = queries.get(session(), article_id)
    return render_form("articles/edit.html", build_form(EditArticleForm, obj=article), article=article)


@bp.post("/<id:article_id>/edit", needs=Role.EDITOR)
def change(article_id: int) -> ResponseReturnValue:
    """Change the details of an article. After a conflict both versions are shown, and nothing is stored."""
    article = queries.get(session(), article_id)
    form = build_form(EditArticleForm, request.form, obj=article)

    def work(current: Session) -> tuple[str, str]:
        services.edit(current, current_actor(), article, version=form.version.data, **form.values())
        return article_url(article.id, article.title), _("Saved.")

    return store_form(form, "articles/edit.html", work, article=article)


def build_form(kind: type[ArticleForm], sent: object = None, *, obj: Article | None = None) -> Any:
    """A form of articles with its choices: what was sent, or the article, or what a new article starts with."""
    form = kind(sent, obj=obj)
    editors = working_editors(session())
    kept = obj.author_editor_id if obj is not None else None
    if kept is not None and kept not in {number for number, _name in editors}:
        # An author who has left since stays the author until an editor chooses another one.
        editors += [(number, name) for number, name in editor_names(session(), [kept]).items()]
    form.author_editor_id.set_choices(editors)
    if sent is None and obj is None:
        form.language.data = ctx.newsroom.language
        form.author_editor_id.data = None
    return form


def store_form(
    form: Any, template: str, work: Callable[[Session], tuple[str, str]], *, article: Article | None = None
) -> ResponseReturnValue:
    """Check the form and do the work once; a refused form comes back with all that was typed."""
    if not form.validate():
        return render_form(template, form, article=article), 422
    try:
        with writing() as current, run_once(current) as done:
            address, message = work(current)
            answer = done(address)
    except Invalid as refusal:
        feed(form, refusal)
        return render_form(template, form, article=article), 422
    except Stale:
        assert article is not None
        stored = build_form(EditArticleForm, obj=queries.get(session(), article.id))
        form.version.data = stored.version.data
        return render_form(template, form, article=article, stored=stored), 409
    toast(message)
    return answer


def render_form(template: str, form: Any, *, article: Article | None = None, stored: Any = None) -> str:
    """A page with a form; after a conflict also with what is stored."""
    clashes = differing(form, stored, services.EDITABLE) if stored is not None else []
    return render_template(template, form=form, article=article, stored=stored, differing=clashes)


def _render_text_form(article: Article, form: TextForm) -> str:
    return render_template("articles/text_new.html", form=form, article=article)
