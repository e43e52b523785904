"""Every claim with its terms, one row each: what the import takes back in. Private notes are not among it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.articles.models import Article
from tracker.claims.models import Claim, ClaimTranslation, Speaker, Verdict
from tracker.exports.query import Filters, Gathered, Pick, add_topics, apply_filters, select_columns
from tracker.sql import AnySelect, make_alias

COLUMNS = (
    "claim_id", "external_id", "article_id", "article_external_id", "article_title", "article_url", "outlet",
    "article_author", "article_language", "article_published_on", "statement", "language", "quote", "quote_kind",
    "quote_language", "text_number", "paragraph", "quote_start", "quote_end", "speaker_id", "speaker", "speaker_kind",
    "speaker_affiliation", "attribution", "topics", "hedge", "certainty", "likelihood_low", "likelihood_high", "condition",
    "condition_status", "confirmed_if", "refuted_if", "criteria_set_on", "criteria_retrospective", "made_on", "deadline_on",
    "deadline_source", "review_on", "status", "owner", "verdict", "withdraw_reason", "translation_language",
    "translation_statement", "translation_condition", "translation_confirmed_if", "translation_refuted_if", "created_at",
    "updated_at",
)  # fmt: skip

_TRANSLATED = ("statement", "condition", "confirmed_if", "refuted_if")
GATHERED: dict[str, object] = {
    "topics": (),
    "translation_language": None,
    **{f"translation_{field}": None for field in _TRANSLATED},
}
_OWNER = make_alias(Editor)
_SELECTED: dict[str, object] = {
    "claim_id": Claim.id,
    "article_external_id": Article.external_id,
    "article_title": Article.title,
    "article_url": Article.url,
    "outlet": Article.outlet,
    "article_author": Article.author,
    "article_language": Article.language,
    "article_published_on": Article.published_on,
    "speaker": Speaker.name,
    "speaker_kind": Speaker.kind,
    "speaker_affiliation": Speaker.affiliation,
    "owner": _OWNER.name,
    "verdict": Verdict.outcome,
}


def select_rows(session: Session, filters: Filters) -> AnySelect:
    """Every claim, drafts and withdrawn ones too. `verdict` is the signed one; the period is that of the last changes."""
    query = (
        select(*select_columns(COLUMNS, _SELECTED, Claim, GATHERED))
        .select_from(Claim)
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(Verdict, Verdict.id == Claim.signed_verdict_id)
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .outerjoin(_OWNER, _OWNER.id == Claim.owner_id)
    )
    return apply_filters(session, query, filters, Claim.updated_at)


def gather(session: Session, pick: Pick) -> Gathered:
    """Topics and translations of some claims."""
    found: Gathered = {}
    add_topics(session, pick, found)
    query = (
        select(ClaimTranslation)
        .where(pick(ClaimTranslation.claim_id))
        .order_by(ClaimTranslation.claim_id, ClaimTranslation.language.desc())
    )
    for row in session.scalars(query):
        texts = {f"translation_{field}": getattr(row, field) for field in _TRANSLATED}
        found.setdefault(row.claim_id, {}).update({"translation_language": row.language, **texts})
    session.expunge_all()  # rows are read once; kept, they would fill the memory
    return found
