"""Choosing the words of a quote: first the paragraph of the text, then words in it; they become a claim, or its new quote.

With scripts, words are selected by mouse or by Shift and the arrow keys; without, sentences are ticked, or words are pasted.
"""

import re
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.articles import queries, quote_selection
from tracker.articles.forms import MarkForm
from tracker.articles.models import Article, ArticleText
from tracker.articles.quote_selection import Span
from tracker.articles.routes import bp
from tracker.articles.texts import Paragraph, Paragraphs, normalise_line_ends
from tracker.claims.article_page import text_window
from tracker.claims.models import Claim
from tracker.errors import N_, Invalid, NotFound
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.database import session
from tracker.web.forms import feed
from tracker.web.pages import page_url

QUOTE_MAX: Final = 10_000  # code points, as a claim keeps
SENTENCES: Final = 200  # offered to be ticked
MANY: Final = 20  # places of the same words that are offered


def marked_url(article_id: int, text: int, claim: int | None = None, **place: Any) -> str:
    """Where marked words lead: to a new claim, or to the claim whose quote they become. A script adds `start` and `end`."""
    if claim is not None:
        return url_for("claims.quote", claim_id=claim, text=text, **place)
    return url_for("claims.new", article=article_id, text=text, **place)


@bp.route("/<id:article_id>/mark", methods=["GET", "POST"], needs=Role.EDITOR)
def mark(article_id: int) -> ResponseReturnValue:
    """Choose a paragraph of a text (`?text=`, else the newest), then words of it (`?paragraph=`).

    `?claim=`: to quote anew; `?sort=1`: to sort them as a passage.
    """
    article = queries.get(session(), article_id)
    text = _text(article)
    claim = _claim(article)
    blocks = Paragraphs(text.body)
    values: dict[str, Any] = {"article": article, "text": text, "claim": claim}
    if "paragraph" not in request.args:
        window = text_window(blocks, read_id(request.args.get("from")))
        shown = blocks[window.first - 1 : window.last]
        return render_template(
            "articles/mark.html", **values, blocks=shown, window=window, page_url=page_url, block=None, form=None
        )
    block = blocks.numbered(read_id(request.args.get("paragraph")))
    if block is None:
        raise NotFound()
    values["block"] = block
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
    place: dict[str, Any] = {"start": span.start, "end": span.end}
    if claim is None and "sort" in request.args:
        return redirect(url_for("articles.sort", article_id=article.id, text=text.number, **place), 303)
    return redirect(marked_url(article.id, text.number, claim.id if claim else None, **place), 303)


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


def _form(body: str, block: Paragraph, sent: object = None) -> MarkForm:
    form = MarkForm(sent)
    form.sentences.set_choices((index, each.text) for index, each in enumerate(_sentences(block)))
    if len(quote_selection.split_sentences(block)) > SENTENCES:
        form.sentences.description = i18n.gettext(
            "The first %(n)s sentences are listed. Paste the words of a later one below.", n=SENTENCES
        )
    several = quote_selection.find_spans(body, _words(form), block.number)
    form.has_several = len(several) > 1
    if form.has_several:
        form.which.set_choices((span.start, quote_selection.show_surroundings(body, span)) for span in several[:MANY])
        if len(several) > MANY:
            form.which.description = i18n.gettext(
                "The first %(n)s of %(total)s places are listed. For a later one, paste more of the words around it.",
                n=MANY,
                total=len(several),
            )
    return form


def _sentences(block: Paragraph) -> list[Span]:
    """The sentences that are offered: in a longer paragraph, words are pasted instead."""
    return quote_selection.split_sentences(block)[:SENTENCES]


def _words(form: MarkForm) -> str:
    """The pasted words as the text has them: LF line ends, no space around them."""
    return normalise_line_ends(form.words.data).strip()


def _chosen(body: str, block: Paragraph, form: MarkForm) -> Span:
    """The words that the form means. Raises Invalid, naming the field."""
    span = _carried(body, block, form.place.data)
    if span is None and _words(form):
        span = _found(body, block, form)
    if span is None:
        pieces = _sentences(block)
        span = quote_selection.join_spans(body, [pieces[index] for index in form.sentences.data])
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
    return quote_selection.trim_span(body, block.start + int(found[1]), block.start + int(found[2]))


def _found(body: str, block: Paragraph, form: MarkForm) -> Span:
    spans = quote_selection.find_spans(body, _words(form), block.number)
    if not spans:
        raise Invalid(N_("These words are not in this paragraph. Copy them from it."), field="words")
    chosen = spans[0] if len(spans) == 1 else next((span for span in spans if span.start == form.which.data), None)
    if chosen is None:
        raise Invalid(N_("These words occur here more than once. Choose one of the places."), field="which")
    return chosen
