"""Pages of articles: the list, one with its claims and text, and the forms that add and change them."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.articles import queries, services
from tracker.articles.forms import ArticleForm, EditArticleForm, NewArticleForm, TextForm
from tracker.articles.models import Article
from tracker.articles.slugs import slug
from tracker.claims.article_page import blocks, legend, settled, shown, standing
from tracker.claims.labels import language_name
from tracker.claims.queries import outdated_quotes, rows
from tracker.claims.queries.choices import working_editors
from tracker.errors import Invalid, NotFound, Stale
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.access import current_actor, needs
from tracker.web.conflicts import differing
from tracker.web.database import session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import Pager, capped, page_url, toast

bp = Blueprint("articles", __name__, url_prefix="/articles")

CLAIMS_MAX: Final = 500  # of one article that its page shows


def init_app(app: Flask) -> None:
    """Add the articles to an application, and to templates `article_url(id, title)`."""
    app.register_blueprint(bp)
    app.jinja_env.globals["article_url"] = article_url


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"language_name": language_name}


def article_url(article_id: int, title: str) -> str:
    """The address of an article's page."""
    # Without a slug (a title in no Latin letters), the address ends with the number.
    return url_for("articles.show", article_id=article_id, slug=slug(title) or None)


@bp.get("")
@needs(Role.VIEWER)
def index() -> ResponseReturnValue:
    """All articles, newest first; `?q=` looks for words in headlines and outlets."""
    q = request.args.get("q", "").strip()
    found = queries.listed(
        session(), q, with_sample=ctx.newsroom.show_sample, after=request.args.get("after"), before=request.args.get("before")
    )
    pager = Pager(
        previous=page_url(before=str(found.before), after=None) if found.before else "",
        next=page_url(after=str(found.after), before=None) if found.after else "",
    )
    counts = rows.counts_of_articles(session(), [row.id for row in found.rows])
    return render_template("articles/index.html", q=q, articles=found.rows, counts=counts, counted=_counted, pager=pager)


def _counted(count: int, tally: rows.Tally) -> str:
    """A count of a tally; "1,000+" where counting stopped."""
    return capped(count + tally.is_cut, count)


@bp.get("/new")
@needs(Role.EDITOR)
def new() -> ResponseReturnValue:
    """The form for a new article."""
    return _render_form("articles/new.html", _form(NewArticleForm))


@bp.post("/new")
@needs(Role.EDITOR)
def create() -> ResponseReturnValue:
    """Store a new article, with its text where there is one."""
    form = _form(NewArticleForm, request.form)

    def work(current: Session) -> tuple[str, str]:
        article = services.create(current, current_actor(), **form.values(), body=form.body.data or None)
        return article_url(article.id, article.title), _("The article is kept. Now add what it predicts.")

    return _store(form, "articles/new.html", work)


@bp.get("/<id:article_id>")
@bp.get("/<id:article_id>-<string(minlength=0):slug>")
@needs(Role.VIEWER)
def show(article_id: int, slug: str | None = None) -> ResponseReturnValue:
    """An article: where its claims stand, the claims in reading order, its text. The number finds it; the words are corrected."""
    article = queries.get(session(), article_id)
    right = article_url(article.id, article.title)
    if request.script_root + request.path != right:
        query = request.query_string.decode("utf-8", "replace")
        return redirect(f"{right}?{query}" if query else right, 308)
    claims = shown(rows.of_article(session(), article.id, ctx.language, most=CLAIMS_MAX), i18n.today())
    text = queries.latest_text(session(), article.id)
    anchored = [claim for claim in claims if text is not None and claim.row.text_number in (None, text.number)]
    return render_template(
        "articles/show.html",
        article=article,
        author=_author(article),
        claims=claims,
        legend=legend(claims),
        standing=standing(claims),
        settled=settled(claims),
        is_all=len(claims) < CLAIMS_MAX,
        text=text,
        blocks=blocks(text.body, anchored) if text is not None else [],
        today=i18n.today(),
    )


@bp.get("/<id:article_id>/text")
@needs(Role.VIEWER)
def text(article_id: int) -> ResponseReturnValue:
    """One numbered text of an article: the newest, or the one that `?number=` names."""
    article = queries.get(session(), article_id)
    lines = queries.text_lines(session(), article.id)
    wanted = read_id(request.args.get("number")) if "number" in request.args else (lines[-1].number if lines else None)
    if "number" in request.args and wanted not in {line.number for line in lines}:
        raise NotFound()
    chosen = queries.text(session(), article.id, wanted) if wanted is not None else None
    claims = shown(rows.of_article(session(), article.id, ctx.language, most=CLAIMS_MAX), i18n.today())
    anchored = [claim for claim in claims if chosen is not None and claim.row.text_number == chosen.number]
    elsewhere = [claim for claim in claims if claim.row.text_number is not None and claim not in anchored]
    return render_template(
        "articles/text.html",
        article=article,
        lines=lines,
        names=queries.editor_names(session(), [line.received_by_id for line in lines]),
        text=chosen,
        blocks=blocks(chosen.body, anchored) if chosen is not None else [],
        elsewhere=elsewhere,
    )


@bp.get("/<id:article_id>/text/new")
@needs(Role.EDITOR)
def new_text(article_id: int) -> ResponseReturnValue:
    """The form for a corrected text."""
    return _render_text_form(queries.get(session(), article_id), TextForm())


@bp.post("/<id:article_id>/text/new")
@needs(Role.EDITOR)
def add_text(article_id: int) -> ResponseReturnValue:
    """Keep a further text of an article; the quotes stay where they were taken from."""
    article = queries.get(session(), article_id)
    form = TextForm(request.form)
    if not form.validate():
        return _render_text_form(article, form), 422
    try:
        with writing() as current, run_once(current) as done:
            number = services.add_text(current, current_actor(), article, form.body.data).number
            answer = done(_after_text(current, article_id))
    except Invalid as refusal:
        feed(form, refusal)
        return _render_text_form(article, form), 422
    toast(_("Text %(number)s is kept. The quotes stay with the text they were taken from.", number=number))
    return answer


def _after_text(current: Session, article_id: int) -> str:
    """Where a further text leads: to the claims whose quotes were taken from an older one, if there are any."""
    _latest, found = outdated_quotes.affected(current, article_id, ctx.language, most=CLAIMS_MAX)
    return url_for("marking.affected" if found else "articles.text", article_id=article_id)


@bp.get("/<id:article_id>/edit")
@needs(Role.EDITOR)
def edit(article_id: int) -> ResponseReturnValue:
    """The form that changes what is known of an article."""
    article = queries.get(session(), article_id)
    return _render_form("articles/edit.html", _form(EditArticleForm, obj=article), article=article)


@bp.post("/<id:article_id>/edit")
@needs(Role.EDITOR)
def change(article_id: int) -> ResponseReturnValue:
    """Change what is known of an article. Where somebody else was faster, both versions are shown and nothing is stored."""
    article = queries.get(session(), article_id)
    form = _form(EditArticleForm, request.form, keep=article.author_editor_id)

    def work(current: Session) -> tuple[str, str]:
        services.edit(current, current_actor(), article, version=form.version.data, **form.values())
        return article_url(article.id, article.title), _("Saved.")

    return _store(form, "articles/edit.html", work, article=article)


def _form(kind: type[ArticleForm], sent: Any = None, *, obj: Article | None = None, keep: int | None = None) -> Any:
    form = kind(sent, obj=obj)
    editors = working_editors(session())
    kept = obj.author_editor_id if obj is not None else keep
    if kept is not None and kept not in {number for number, _name in editors}:
        # Whoever wrote it and has left since stays its author until somebody says otherwise.
        editors += [(number, name) for number, name in queries.editor_names(session(), [kept]).items()]
    form.author_editor_id.set_choices(editors)
    if sent is None and obj is None:
        form.language.data = ctx.newsroom.language
        form.author_editor_id.data = None
    return form


def _store(
    form: Any, template: str, work: Callable[[Session], tuple[str, str]], *, article: Article | None = None
) -> ResponseReturnValue:
    """Check the form and do the work once; whatever is refused comes back with all that was typed."""
    if not form.validate():
        return _render_form(template, form, article=article), 422
    try:
        with writing() as current, run_once(current) as done:
            address, said = work(current)
            answer = done(address)
    except Invalid as refusal:
        feed(form, refusal)
        return _render_form(template, form, article=article), 422
    except Stale:
        assert article is not None
        stands = _form(EditArticleForm, obj=queries.get(session(), article.id))
        form.version.data = stands.version.data
        return _render_form(template, form, article=article, stands=stands), 409
    toast(said)
    return answer


def _render_form(template: str, form: Any, *, article: Article | None = None, stands: Any = None) -> str:
    clashes = differing(form, stands, services.EDITABLE) if stands is not None else []
    return render_template(template, form=form, article=article, stands=stands, differing=clashes)


def _render_text_form(article: Article, form: TextForm) -> str:
    return render_template("articles/text_new.html", form=form, article=article)


def _author(article: Article) -> str:
    if article.author_editor_id is None:
        return article.author
    return queries.editor_names(session(), [article.author_editor_id]).get(article.author_editor_id, article.author)
