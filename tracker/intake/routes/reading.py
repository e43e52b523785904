"""Reading an article's newest text: by the rules at once, with a language model by a job, whose progress a page shows."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.articles.models import Article, ArticleText
from tracker.articles.routes import bp
from tracker.errors import NotFound
from tracker.intake import reading_queue, stored_readings
from tracker.intake.filling import fill_candidates
from tracker.intake.models import ReadingRequest
from tracker.intake.reading import choose_language, find_suggestions, load_basis, load_reading_basis
from tracker.web.access import current_actor
from tracker.web.database import app_settings, end_reading, session, writing


@bp.post("/<id:article_id>/sort/read", needs=Role.EDITOR)
def read(article_id: int) -> ResponseReturnValue:
    """Read the newest text for predictions, or have it read; `rules`: at once, without the language model."""
    article = articles.get(session(), article_id)
    text = articles.latest_text(session(), article_id)
    if text is None or choose_language(article) is None:
        raise NotFound()
    if is_read_by_job() and "rules" not in request.form:
        with writing() as current:
            queue_reading(current, current.get_one(Article, article_id))
    else:
        read_by_rules(article_id)
    return redirect(url_for("articles.sort", article_id=article_id), 303)


def is_read_by_job() -> bool:
    """Whether articles are read with a language model, which may take a minute or more."""
    return app_settings().language_model.is_on


def queue_reading(current: Session, article: Article) -> None:
    """Have the newest text of an article read by the job."""
    text = articles.latest_text(current, article.id)
    if text is not None and choose_language(article) is not None:
        reading_queue.queue_reading(current, article, text, actor=current_actor())


def read_by_rules(article_id: int) -> None:
    """Read the newest text of an article and store what is found in it. Reading runs outside the transaction that writes."""
    while not _read_once(article_id):  # its date or its language was changed in the meantime
        pass


def _read_once(article_id: int) -> bool:
    text = articles.latest_text(session(), article_id)
    given = load_reading_basis(session(), article_id, text.number) if text is not None else None
    if text is None or given is None:
        raise NotFound()
    number = text.number
    end_reading()
    found = fill_candidates(given.basis, find_suggestions(given.basis, given.options))
    with writing() as current:
        own = articles.text(current, article_id, number)
        assert own is not None
        article = current.get_one(Article, article_id, with_for_update=True, populate_existing=True)
        if load_basis(current, article, own.body) != given.basis:
            return False
        reading_queue.forget_request(current, article_id, number)
        stored_readings.store_reading(current, article, own, found, actor=current_actor(), language=given.basis.language)
    return True


def render_unread(article: Article, text: ArticleText | None) -> str:
    """The page of a text that was not read: being read, or what can be done."""
    waiting: ReadingRequest | None = None
    if text is not None:
        waiting = reading_queue.find_request(session(), article.id, text.number)
    return render_template(
        "intake/unread.html",
        article=article,
        text=text,
        can_read=choose_language(article) is not None,
        waiting=waiting,
        uses_model=is_read_by_job(),
    )
