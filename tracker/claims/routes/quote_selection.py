"""Marking a passage of an article's text: choose the paragraph, then the words; they become a claim, or its new quote.

A script lets one mark with the mouse or by Shift and the arrows; without it, sentences are ticked, or words are pasted and found.
"""

import re
from typing import Any, Final

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.articles import queries, quote_selection
from tracker.articles.forms import MarkForm
from tracker.articles.models import Article, ArticleText
from tracker.articles.quote_selection import Span
from tracker.articles.texts import Paragraph, normal, paragraphs
from tracker.claims.models import Claim
from tracker.claims.queries import outdated_quotes
from tracker.claims.services import update_quote
from tracker.errors import N_, Invalid, NotFound
from tracker.pagination import read_id
from tracker.web.access import current_actor, needs
from tracker.web.database import session, writing
from tracker.web.forms import feed
from tracker.web.i18n import ngettext
from tracker.web.page_context import ctx
from tracker.web.pages import toast

bp = Blueprint("marking", __name__, url_prefix="/articles")

QUOTE_MAX: Final = 10_000  # code points, as a claim keeps
CLAIMS_MAX: Final = 500  # of one article
MANY: Final = 20  # places of the same words that are offered


def init_app(app: Flask) -> None:
    """Add the marking of passages to an application, and to templates `marked_url(article_id, text, claim)`."""
    app.register_blueprint(bp)
    app.jinja_env.globals["marked_url"] = marked_url


def marked_url(article_id: int, text: int, claim: int | None = None, **place: Any) -> str:
    """Where marked words lead: to a new claim, or to the claim whose quote they become. A script adds `start` and `end`."""
    if claim is not None:
        return url_for("claims.quote", claim_id=claim, text=text, **place)
    return url_for("claims.new", article=article_id, text=text, **place)


@bp.route("/<id:article_id>/mark", methods=["GET", "POST"])
@needs(Role.EDITOR)
def mark(article_id: int) -> ResponseReturnValue:
    """Choose a paragraph of a text (`?text=`, else the newest), then words of it (`?paragraph=`). `?claim=`: to quote anew."""
    article = queries.get(session(), article_id)
    text = _text(article)
    claim = _claim(article)
    blocks = paragraphs(text.body)
    values: dict[str, Any] = {"article": article, "text": text, "claim": claim}
    if "paragraph" not in request.args:
        return render_template("articles/mark.html", **values, blocks=blocks, block=None, form=None)
    number = read_id(request.args.get("paragraph"))
    block = next((each for each in blocks if each.number == number), None)
    if block is None:
        raise NotFound()
    values |= {"blocks": blocks, "block": block}
    if request.method != "POST":
        return render_template("articles/mark.html", **values, form=_form(text.body, block))
    form = _form(text.body, block, request.form)
    try:
        span = _chosen(text.body, block, form) if form.validate() else None
    except Invalid as refusal:
        feed(form, refusal)
        span = None
    if span is None:
        return render_template("articles/mark.html", **values, form=form), 422
    return redirect(marked_url(article.id, text.number, claim.id if claim else None, start=span.start, end=span.end), 303)


@bp.get("/<id:article_id>/text/claims")
@needs(Role.EDITOR)
def affected(article_id: int) -> ResponseReturnValue:
    """The claims quoted from an older text than the newest, each with both texts."""
    article = queries.get(session(), article_id)
    latest, found = outdated_quotes.affected(session(), article.id, ctx.language, most=CLAIMS_MAX)
    if latest is None:
        raise NotFound()
    moved = [each for each in found if each.quote.found_again]
    changed = [each for each in found if not each.quote.found_again]
    return render_template("articles/affected.html", article=article, text=latest, moved=moved, changed=changed)


@bp.post("/<id:article_id>/text/claims")
@needs(Role.EDITOR)
def requote(article_id: int) -> ResponseReturnValue:
    """Take every quote that stands unchanged in the newest text from there."""
    article = queries.get(session(), article_id)
    done = 0
    with writing() as current:
        latest, found = outdated_quotes.affected(current, article.id, ctx.language, most=CLAIMS_MAX)
        for each in found:
            places = each.quote.found_again or ()
            if latest is None or len(places) != 1 or each.is_frozen:
                continue
            claim = current.get_one(Claim, each.row.id)
            start, end = places[0].start, places[0].end
            update_quote.requote(
                current, claim, number=latest.number, start=start, end=end, actor=current_actor(), version=claim.version
            )
            done += 1
    toast(ngettext("%(n)s quote is taken from the newest text.", "%(n)s quotes are taken from the newest text.", done))
    return redirect(url_for("marking.affected", article_id=article_id), 303)


def _text(article: Article) -> ArticleText:
    wanted = read_id(request.args.get("text"))
    if "text" in request.args and (wanted is None or wanted >= 2**31):
        raise NotFound()
    found = queries.text(session(), article.id, wanted) if wanted is not None else queries.latest_text(session(), article.id)
    if found is None:
        raise NotFound()
    return found


def _claim(article: Article) -> Claim | None:
    if "claim" not in request.args:
        return None
    number = read_id(request.args.get("claim"))
    claim = session().get(Claim, number) if number is not None else None
    if claim is None or claim.article_id != article.id:
        raise NotFound()
    return claim


def _form(body: str, block: Paragraph, sent: Any = None) -> MarkForm:
    form = MarkForm(sent)
    form.sentences.set_choices((index, each.text) for index, each in enumerate(quote_selection.sentences(block)))
    several = quote_selection.places(body, _words(form), block.number)
    form.has_several = len(several) > 1
    if form.has_several:
        form.which.set_choices((span.start, quote_selection.surroundings(body, span)) for span in several[:MANY])
    return form


def _words(form: MarkForm) -> str:
    """The pasted words as the text has them: LF line ends, no space round them."""
    return normal(form.words.data).strip()


def _chosen(body: str, block: Paragraph, form: MarkForm) -> Span:
    """The words that the form means. Raises Invalid, naming the field."""
    span = _carried(body, block, form.place.data)
    if span is None and _words(form):
        span = _found(body, block, form)
    if span is None:
        pieces = quote_selection.sentences(block)
        span = quote_selection.run(body, [pieces[index] for index in form.sentences.data])
    if span is None:
        raise Invalid(N_("Tick a sentence, or paste the words."), field="sentences")
    if len(span.text) > QUOTE_MAX:
        raise Invalid(N_("A quote has at most %(most)s characters."), field="words", most=QUOTE_MAX)
    return span


def _carried(body: str, block: Paragraph, place: str) -> Span | None:
    """What a script sent of a selection: offsets into the paragraph, in code points."""
    found = re.fullmatch(r"(\d{1,9}):(\d{1,9})", place)
    if found is None or int(found[2]) > len(block.text):
        return None
    return quote_selection.trimmed(body, block.start + int(found[1]), block.start + int(found[2]))


def _found(body: str, block: Paragraph, form: MarkForm) -> Span:
    spans = quote_selection.places(body, _words(form), block.number)
    if not spans:
        raise Invalid(N_("These words do not stand in this paragraph. Copy them from it."), field="words")
    chosen = spans[0] if len(spans) == 1 else next((span for span in spans if span.start == form.which.data), None)
    if chosen is None:
        raise Invalid(N_("These words stand here more than once. Say which you mean."), field="which")
    return chosen
