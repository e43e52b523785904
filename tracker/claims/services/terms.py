"""The terms of a claim: which fields they are, and what they must be, each alone and together."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Enum, Integer, String, select
from sqlalchemy.orm import Session

from tracker import validation
from tracker.articles.models import Article, ArticleText
from tracker.articles.texts import is_at, paragraph_at
from tracker.claims.criteria_templates import find_placeholders
from tracker.claims.enums import WITH_BAND, Attribution, ConditionStatus, QuoteKind
from tracker.claims.models import Claim, Speaker
from tracker.claims.services.common import STATEMENT_MAX, TEXT_MAX
from tracker.errors import N_, Invalid

TERMS = (
    "statement", "language", "quote", "quote_kind", "quote_language", "text_number", "paragraph", "quote_start", "quote_end",
    "speaker_id", "attribution", "hedge", "certainty", "likelihood_low", "likelihood_high", "condition", "confirmed_if",
    "refuted_if", "made_on", "deadline_on", "deadline_source",
)  # fmt: skip
# The condition's status is a finding and no term, but it freezes with them: a verdict may rest on it.
EDITABLE = (*TERMS, "condition_status", "review_on")
CRITERIA = ("confirmed_if", "refuted_if")
LANGUAGES = ("language", "quote_language")
LIKELIHOODS = ("likelihood_low", "likelihood_high")
NUMBER_MAX = 2**31 - 1  # of the columns


def clean(fields: Mapping[str, object]) -> dict[str, Any]:
    """The fields as they are kept: texts without surrounding space (quotes stay as they stand), keys as words.

    Raises Invalid, naming the field, for what cannot be stored; TypeError for a field that is not in EDITABLE.
    """
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"no such fields of a claim: {sorted(unknown)}")
    return {field: _clean(field, value) for field, value in fields.items()}


def _clean(field: str, value: object) -> Any:
    column = Claim.__table__.c[field]
    if field == "statement":
        return validation.text(value, field, most=STATEMENT_MAX, needed=N_("Write the claim in your own plain words."))
    if value is None or (value == "" and column.nullable):
        if column.nullable:
            return None
        if column.default is not None and column.default.is_scalar:
            return column.default.arg
    if isinstance(column.type, Enum):
        return validation.word(value, cast(type[StrEnum], column.type.enum_class), field)
    if field in LANGUAGES:
        return validation.language(value, field)
    if isinstance(column.type, String):
        return validation.text(value, field, most=TEXT_MAX, strip=field != "quote")
    if field in LIKELIHOODS and (type(value) is not int or not 0 <= value <= 100):
        raise Invalid(N_("A likelihood lies between 0 and 100 per cent."), field=field)
    if isinstance(column.type, Integer):
        return validation.whole(value, field, most=NUMBER_MAX)
    return validation.day(value, field)


def check(session: Session, claim: Claim, article: Article) -> None:
    """Check a claim's cleaned fields together and fill in what follows from them. Raises Invalid, naming the field."""
    check_fields(claim)
    if claim.speaker_id is not None and session.get(Speaker, claim.speaker_id) is None:
        raise Invalid(N_("There is no such speaker."), field="speaker_id")
    check_place(claim, _load_body(session, claim, article))


def check_fields(claim: Claim) -> None:
    """The part of `check` that needs no database: all but the speaker's row and the place of the quote."""
    if not claim.statement:
        raise Invalid(N_("Write the claim in your own plain words."), field="statement")
    _check_band(claim)
    _check_attribution(claim)
    _check_days(claim)
    if claim.condition and claim.condition_status is None:
        claim.condition_status = ConditionStatus.UNKNOWN
    if not claim.condition and claim.condition_status not in (None, ConditionStatus.UNKNOWN):
        raise Invalid(N_("There is no condition that could be met or not."), field="condition_status")


def require_filled(texts: Mapping[str, str], prefix: str = "") -> None:
    """Raise Invalid, naming the field with its prefix, where criteria still hold a template's placeholder."""
    for field in CRITERIA:
        found = find_placeholders(texts.get(field, ""))
        if found:
            words = ", ".join(found)
            raise Invalid(N_("Replace the words in brackets first: %(words)s."), field=f"{prefix}{field}", words=words)


def is_retrospective(set_on: date | None, review_on: date | None) -> bool:
    """Whether criteria were set when the outcome could be known already: on the review day or after it."""
    return set_on is not None and review_on is not None and set_on >= review_on


def _check_days(claim: Claim) -> None:
    if claim.deadline_on is not None:
        if claim.deadline_source is None:
            raise Invalid(N_("Say who set the deadline."), field="deadline_source")
        if claim.deadline_on < claim.made_on:
            raise Invalid(N_("The deadline is before the day the claim was made."), field="deadline_on")
    if claim.review_on is not None and claim.review_on < claim.made_on:
        raise Invalid(N_("The review date is before the day the claim was made."), field="review_on")


def _check_band(claim: Claim) -> None:
    low, high = claim.likelihood_low, claim.likelihood_high
    if (low is None) != (high is None):
        missing = "likelihood_low" if low is None else "likelihood_high"
        raise Invalid(N_("Give both the lower and the upper likelihood, or neither."), field=missing)
    if low is None or high is None:
        return
    if claim.certainty is not None and claim.certainty not in WITH_BAND:
        raise Invalid(N_("Only flat and hedged claims have a likelihood."), field="likelihood_low")
    if low > high:
        raise Invalid(N_("The lower likelihood is higher than the upper one."), field="likelihood_low")


def _check_attribution(claim: Claim) -> None:
    if claim.speaker_id is None:
        if claim.attribution in (Attribution.STATED, Attribution.IMPLIED):
            raise Invalid(N_("Name the speaker, or choose the article's own voice."), field="speaker_id")
        return
    if claim.attribution in (None, Attribution.ARTICLE):
        raise Invalid(N_("With a speaker, say whether the article states or implies that it is theirs."), field="attribution")


def _load_body(session: Session, claim: Claim, article: Article) -> str | None:
    if claim.text_number is None:
        return None
    body = session.scalar(
        select(ArticleText.body).where(ArticleText.article_id == article.id, ArticleText.number == claim.text_number)
    )
    if body is None:
        raise Invalid(N_("The article has no text with this number."), field="text_number")
    return body


def check_place(claim: Claim, body: str | None) -> None:
    """Check the quote against the text that `text_number` names (None: it names none) and set the paragraph. Raises Invalid."""
    if claim.quote and claim.quote_kind is None:
        raise Invalid(N_("Say whether the quote is verbatim, translated or a paraphrase."), field="quote_kind")
    if claim.quote_start is None and claim.quote_end is None:
        return
    if body is None or claim.quote_start is None or claim.quote_end is None:
        raise Invalid(N_("The place of the quote is incomplete."), field="quote")
    if not is_at(body, claim.quote or "", claim.quote_start, claim.quote_end):
        raise Invalid(N_("The quote is not at that position in the article’s text."), field="quote")
    if claim.quote_kind is QuoteKind.PARAPHRASE:
        raise Invalid(N_("A paraphrase has no exact place; leave it out, or mark the quote as verbatim."), field="quote_kind")
    claim.paragraph = paragraph_at(body, claim.quote_start)
