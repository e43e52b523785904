"""Adding an article: its text is pasted, or read from an address or a file."""

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import CombinedMultiDict

from tracker.accounts.roles import Role
from tracker.articles import duplicates, queries
from tracker.articles import services as article_services
from tracker.articles.forms import NewArticleForm
from tracker.articles.models import Article
from tracker.articles.routes import article_url, bp, build_form
from tracker.errors import N_, Invalid, NotFound
from tracker.intake import services
from tracker.intake.bookmarklet import build_bookmarklet
from tracker.intake.forms import SourceForm
from tracker.intake.headlines import find_headline
from tracker.intake.models import ArticleSource, SourceState
from tracker.intake.problems import describe_problem
from tracker.intake.reading import choose_language
from tracker.intake.routes.reading import is_read_by_job, queue_reading, read_by_rules
from tracker.suggest.languages import recognise_language
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.pages import toast

_BODY_MAX: Final = services.FILE_MAX + 1024 * 1024  # the file and the rest of the form


# What the bookmark brings along, and how much of each: address, headline and the words that were selected.
CAPTURED: Final = {"url": 2_000, "title": 300, "body": 4_000}


class _SameArticle(Exception):
    """The article seems to be here already; nothing was stored."""

    def __init__(self, article_id: int) -> None:
        super().__init__(article_id)
        self.article_id = article_id


@bp.get("/new", needs=Role.EDITOR)
def new() -> ResponseReturnValue:
    """The forms for a new article: a link or a file to be read, or the article itself; filled by the bookmark, if it led here."""
    form = build_form(NewArticleForm)
    form.language.data = None  # the text decides: a newsroom writes of articles in both languages
    given = {name: request.args.get(name, "")[:most] for name, most in CAPTURED.items()}
    for name, value in given.items():
        form[name].data = value or form[name].data
    source = SourceForm(data={"address": given["url"]})
    return _render_new(form, source=source)


@bp.post("/new", needs=Role.EDITOR)
def create() -> ResponseReturnValue:
    """Store a new article, with its text where there is one."""
    form = build_form(NewArticleForm, request.form)
    return _store(form, _render_new)


@bp.post("/sources", needs=Role.EDITOR, limit=_BODY_MAX)
def add_source() -> ResponseReturnValue:
    """Queue an address or a file to be read."""
    form = SourceForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _render_new(build_form(NewArticleForm), source=form), 422
    try:
        with writing() as current, run_once(current) as done:
            _require_new(current, url=form.address.data)
            answer = done(url_for("articles.source", source_id=_queue(current, form).id))
    except _SameArticle as found:
        same = queries.get(session(), found.article_id)
        return _render_new(build_form(NewArticleForm), source=form, same=same), 409
    except Invalid as refusal:
        feed(
            form, Invalid(refusal.message.text, field="file" if refusal.field == "file" else "address", **refusal.message.params)
        )
        return _render_new(build_form(NewArticleForm), source=form), 422
    return answer


@bp.get("/sources/<id:source_id>", needs=Role.EDITOR)
def source(source_id: int) -> ResponseReturnValue:
    """A source: being read; or read, as the filled form of the article; or failed, with the form to paste the text into."""
    found = _source(source_id)
    if found.article_id is not None:
        return redirect(url_for("articles.show", article_id=found.article_id), 303)
    if found.state in (SourceState.QUEUED, SourceState.RUNNING):
        return render_template("intake/waiting.html", source=found, is_slow=services.is_slow(found))
    form = build_form(NewArticleForm)
    for name, value in _prefilled(found).items():
        form[name].data = value
    return _render_source(found, form)


@bp.post("/sources/<id:source_id>", needs=Role.EDITOR)
def save_source(source_id: int) -> ResponseReturnValue:
    """Store the article that was read, as the editor left it."""
    found = _source(source_id)
    form = build_form(NewArticleForm, request.form)
    return _store(form, lambda given, **more: _render_source(found, given, **more), source=found)


def _store(form: Any, render: Any, source: ArticleSource | None = None) -> ResponseReturnValue:
    form.title.data = form.title.data or find_headline(form.body.data or "")
    if not form.validate():
        return render(form), 422
    body = form.body.data or None
    form.language.data = form.language.data or recognise_language(body or "")
    try:
        if not form.language.data:
            raise Invalid(N_("Choose the language: it cannot be recognised from the text."), field="language")
        with writing() as current, run_once(current) as done:
            _require_new(current, url=form.url.data, body=body)
            article = article_services.create(current, current_actor(), **form.values(), body=body)
            article_id = article.id
            if source is not None:
                services.use_source(current, current.get_one(ArticleSource, source.id), article)
            is_read = queries.latest_text(current, article.id) is not None and choose_language(article) is not None
            if is_read and is_read_by_job():
                queue_reading(current, article)
            answer = done(url_for("articles.sort", article_id=article.id) if is_read else article_url(article.id, article.title))
    except _SameArticle as found:
        return render(form, same=queries.get(session(), found.article_id)), 409
    except Invalid as refusal:
        feed(form, refusal)
        return render(form), 422
    if is_read and is_read_by_job():
        toast(_("Article saved. Its predictions are being looked for."))
    elif is_read:
        # After the article is stored: where this ends early, the page offers to read it again.
        read_by_rules(article_id)
        toast(_("Article saved. Now sort its predictions."))
    else:
        toast(_("Article saved. Now add its predictions."))
    return answer


def _require_new(current: Session, *, url: str | None, body: str | None = None) -> None:
    """Raise _SameArticle where an article seems to be here already, unless the editor wants another one all the same."""
    if "again" not in request.form and (same := duplicates.find_same_article(current, url=url, body=body)):
        raise _SameArticle(same.id)


def _queue(current: Session, form: SourceForm) -> ArticleSource:
    if form.file.data is None:
        return services.queue_address(current, current_actor(), form.address.data)
    data = form.file.data.stream.read(services.FILE_MAX + 1)
    return services.queue_file(current, current_actor(), form.file.data.filename, data)


def _source(source_id: int) -> ArticleSource:
    found = session().get(ArticleSource, source_id)
    if found is None:
        raise NotFound()
    return found


def _prefilled(source: ArticleSource) -> dict[str, Any]:
    values: dict[str, object] = {
        "title": source.title or ("" if source.url else source.file_name.rpartition(".")[0]),
        "author": source.author,
        "outlet": source.outlet,
        "published_on": source.published_on,
        "url": source.url,
        "body": source.body,
    }
    values["language"] = recognise_language(source.body)
    return values


def _render_new(form: object, *, source: SourceForm | None = None, same: Article | None = None) -> str:
    bookmarklet = build_bookmarklet(url_for("articles.new", _external=True))
    shown = {"form": form, "source": source or SourceForm(), "same": same, "bookmarklet": bookmarklet}
    shown["uses_model"] = is_read_by_job()
    return render_template("intake/new.html", **shown)


def _render_source(source: ArticleSource, form: object, *, same: Article | None = None) -> str:
    shown = {"source": source, "form": form, "same": same, "problem_text": describe_problem(source)}
    return render_template("intake/source.html", **shown, uses_model=is_read_by_job())
