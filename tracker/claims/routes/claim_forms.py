"""Filling the form of a claim, and taking out of it what the services want."""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from tracker.accounts.queries import working_editors
from tracker.articles import queries as articles
from tracker.articles import quote_selection
from tracker.articles.models import Article
from tracker.articles.texts import paragraph_at
from tracker.claims.criteria_templates import TEMPLATES
from tracker.claims.enums import Attribution, Certainty
from tracker.claims.forms.claim import ClaimForm, WordsForm, as_sent, quote_place
from tracker.claims.forms.common import offer
from tracker.claims.labels import label
from tracker.claims.models import Claim, ClaimTranslation
from tracker.claims.queries import choices
from tracker.claims.services import editing, quoting, speakers
from tracker.errors import N_, Conflict, Invalid
from tracker.ledger import Actor
from tracker.newsroom.hedge_table import find_line, load_table
from tracker.pagination import read_id
from tracker.suggest import LANGUAGES, read_hedge
from tracker.web import formatting, i18n
from tracker.web.page_context import ctx

TRANSLATED = ("statement", "confirmed_if", "refuted_if", "condition")


class WordsChanged(Conflict):
    """Someone else changed our words in the other language while this editor wrote them."""

    def __init__(self, current: ClaimTranslation | None) -> None:
        super().__init__(N_("Someone else changed this translation while you were writing. Compare the two, then save again."))
        self.current = current


def other_language(language: str) -> str:
    """The one of our two languages that a claim is not written in."""
    return "en" if language == "fr" else "fr"


def with_choices(session: Session, form: ClaimForm, *, speaker_id: int | None = None) -> ClaimForm:
    """The form with what can be chosen in it. `speaker_id` is chosen already, whether it is in the list or not."""
    with_sample = ctx.newsroom.show_sample
    speakers_offered = choices.speakers(session, with_sample=with_sample, also=speaker_id)
    form.speaker_id.set_choices(speakers_offered.pairs, find=speakers_offered.find)
    topics_offered = choices.topics(session, i18n.language(), with_sample=with_sample, also=form.topics.stored)
    form.topics.set_choices(topics_offered.pairs, find=topics_offered.find)
    offer(form.owner_id, working_editors(session, with_sample=with_sample))
    return form


def basis(words: ClaimTranslation | None) -> str:
    """A short name for what our words in the other language are now."""
    texts = [getattr(words, name) for name in TRANSLATED] if words is not None else []
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16] if any(texts) else ""


def words_values(words: ClaimTranslation | None) -> dict[str, str]:
    """The fields of the form that hold our words in the other language."""
    return {f"other_{name}": getattr(words, name) if words is not None else "" for name in TRANSLATED} | {"basis": basis(words)}


def apply_template(form: ClaimForm) -> bool:
    """Whether a template for the criteria was asked for: it is appended to the fields of the form, and to the
    words in the other language where there are any."""
    pattern = TEMPLATES.get(request.form.get("pattern", ""))
    if pattern is None:
        return False
    own = form.language.data or i18n.language()
    for language, prefix in ((own, ""), (other_language(own), "other_")):
        if prefix and not form.other_statement.data:
            continue  # criteria alone are no translation
        with i18n.use_language(language):
            words = [i18n.gettext(text) for text in pattern[1:]]
        for name, text in zip(("confirmed_if", "refuted_if"), words, strict=True):
            field = form[f"{prefix}{name}"]
            field.data, field.raw_data = f"{field.data}\n{text}".strip(), None
    return True


def initial_fields(session: Session, article: Article) -> dict[str, Any]:
    """What a new claim's form starts with: the article's own data, and a passage that the address names.

    `text`, `start` and `end` are a place in code points; `quote` is words alone.
    """
    values: dict[str, Any] = {
        "language": article.language if article.language in ("en", "fr") else i18n.language(),
        "quote_language": article.language,
        "made_on": article.published_on,
        "quote": request.args.get("quote", "")[:10_000].replace("\x00", ""),
    }
    given = [read_id(request.args.get(name)) for name in ("text", "end")]
    start = 0 if request.args.get("start") == "0" else read_id(request.args.get("start"))
    number, end = given
    if number is None or start is None or end is None or number > 2**31 - 1:
        return values
    text = articles.text(session, article.id, number)
    span = quote_selection.trim_span(text.body, start, end) if text is not None else None
    if text is not None and span is not None:
        values |= {
            "quote": span.text,
            "place": quote_place(number, span.start, span.end),
            "paragraph": paragraph_at(text.body, span.start),
        }
        values |= _read_hedge(span.text, article.language)
    return values


def _read_hedge(words: str, language: str) -> dict[str, Any]:
    """The hedge of a passage and its likelihood by the newsroom's table. How sure it sounded is for the editor to choose."""
    code = language.partition("-")[0]
    found = read_hedge(words, code, load_table(ctx.newsroom.hedges)) if code in LANGUAGES else None
    if found is None:
        return {}
    return {"hedge": found.words, "likelihood_low": found.rule.low, "likelihood_high": found.rule.high}


def describe_hedge(form: ClaimForm, article: Article) -> str:
    """What the newsroom's table says of the words of doubt in the form, as a hint; "" where it does not have them."""
    code = article.language.partition("-")[0]
    line = find_line(load_table(ctx.newsroom.hedges), code, form.hedge.data or "") if form.hedge.data else None
    if line is None or line.certainty not in set(Certainty):
        return ""
    words = i18n.gettext("Hedge table: %(certainty)s", certainty=label(Certainty(line.certainty)))
    band = formatting.band(line.low, line.high, i18n.language())
    return f"{words}, {band}" if band else words


def claim_fields(session: Session, form: ClaimForm, article_id: int, actor: Actor, claim: Claim | None = None) -> dict[str, Any]:
    """The columns that the form sets, with the place of the quote found and a new speaker stored. Raises Invalid."""
    values = form.plain(claim)
    if claim is None and values["certainty"] not in (Certainty.FLAT, Certainty.HEDGED) and _is_band_of_table(form):
        values |= {"likelihood_low": None, "likelihood_high": None}  # proposed by the table and left as it was
    values["quote"] = _exact(session, form, values["quote"], article_id)
    values |= _place(session, form, values, article_id, claim)
    if form.speaker_name.data:
        if values["speaker_id"] is not None:
            raise Invalid(N_("Choose a speaker, or add a new one; not both."), field="speaker_name")
        if values["attribution"] is Attribution.ARTICLE:
            raise Invalid(N_("Say whether the article states or implies who it is."), field="attribution")
        try:
            added = speakers.add_speaker(
                session,
                actor=actor,
                name=form.speaker_name.data,
                kind=form.speaker_kind.data,
                affiliation=form.speaker_affiliation.data,
            )
        except Invalid as refused:
            raise Invalid(refused.message.text, field="speaker_name", **refused.message.params) from None
        values["speaker_id"] = added.id
    return values


def _is_band_of_table(form: ClaimForm) -> bool:
    """Whether the likelihood in the form is what the hedge table gives for the words of doubt, in either language."""
    table = load_table(ctx.newsroom.hedges)
    lines = [line for code in LANGUAGES if (line := find_line(table, code, form.hedge.data or "")) is not None]
    return any((line.low, line.high) == (form.likelihood_low.data, form.likelihood_high.data) for line in lines)


def _exact(session: Session, form: ClaimForm, quote: str, article_id: int) -> str:
    """The words at the place that the page carried, where the form sent the same: on their way through a field of several lines,
    browsers normalise line ends and drop invisible characters."""
    place = form.carried_place()
    text = articles.text(session, article_id, place[0]) if place and quote else None
    if place is None or text is None:
        return quote
    words = text.body[place[1] : place[2]]
    return words if words and as_sent(words) == quote else quote


def _place(session: Session, form: ClaimForm, values: Mapping[str, Any], article_id: int, claim: Claim | None) -> dict[str, Any]:
    quote, kind, paragraph = values["quote"], values["quote_kind"], form.paragraph.data
    place = form.carried_place()
    carried = quoting.Carried(*place) if place else None
    if claim is not None and (quote, kind, paragraph) == (claim.quote, claim.quote_kind, claim.paragraph) and place is None:
        # Unchanged: a quote without an exact place keeps what it has.
        return {name: getattr(claim, name) for name in ("text_number", "paragraph", "quote_start", "quote_end")}
    return quoting.place_fields(session, article_id, quote, kind, paragraph=paragraph, carried=carried)


def save_words(session: Session, claim: Claim, form: WordsForm, actor: Actor) -> None:
    """Store our words in the other language, unless another editor changed them since. Raises WordsChanged, Invalid."""
    language = other_language(claim.language)
    current = session.get(ClaimTranslation, (claim.id, language))
    texts = form.translated()
    now = {name: getattr(current, name) if current is not None else "" for name in TRANSLATED}
    if texts == now:
        return
    if basis(current) != form.basis.data:
        raise WordsChanged(current)
    try:
        editing.set_translation(session, claim, language, texts, actor=actor)
    except Invalid as refused:
        field = f"other_{refused.field}" if refused.field in TRANSLATED else refused.field
        raise Invalid(refused.message.text, field=field, **refused.message.params) from None
