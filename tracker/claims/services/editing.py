"""Making a claim and changing its fields."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker import clock, history
from tracker.articles.models import Article, ArticleText
from tracker.articles.texts import paragraph_at, stands_at
from tracker.claims import lifecycle
from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, Evidence, Speaker, Topic
from tracker.claims.services.common import STATEMENT_MAX, TEXT_MAX, day_of, lock, need_editor, need_not_withdrawn, need_text
from tracker.claims.services.merging import merge
from tracker.claims.words import WITH_BAND, Attribution, ConditionStatus, QuoteKind, Status
from tracker.errors import N_, IllegalMove, Invalid
from tracker.history import Actor
from tracker.newsroom.models import Editor

TERMS = (
    "statement", "language", "quote", "quote_kind", "quote_language", "text_number", "paragraph", "quote_start", "quote_end",
    "speaker_id", "attribution", "hedge", "certainty", "likelihood_low", "likelihood_high", "condition", "confirmed_if",
    "refuted_if", "made_on", "deadline_on", "deadline_source",
)  # fmt: skip
# The condition's status is a finding, not a term: it may change while the terms are frozen, until a verdict is proposed.
EDITABLE = (*TERMS, "condition_status", "review_on")
CRITERIA = ("confirmed_if", "refuted_if")


def create(
    session: Session,
    article: Article,
    *,
    actor: Actor,
    at: datetime | None = None,
    owner_id: int | None = None,
    topic_ids: tuple[int, ...] = (),
    external_id: str | None = None,
    **fields: Any,
) -> Claim:
    """Store a draft claim of an article. `fields` are those of EDITABLE; `made_on` defaults to the article's day.

    Raises Invalid, naming the field, for what cannot be kept.
    """
    need_editor(actor)
    at = at or clock.now()
    today = day_of(session, at)
    claim = Claim(
        article_id=article.id,
        is_sample=article.is_sample,
        external_id=external_id,
        owner_id=owner_id,
        status=Status.DRAFT,
        created_at=at,
        updated_at=at,
        created_by_id=actor.editor_id,
        **{"language": article.language, "made_on": article.published_on, **_clean(fields)},
    )
    _check_terms(session, claim, article)
    if claim.confirmed_if or claim.refuted_if:
        claim.criteria_set_on = today
        claim.criteria_retrospective = claim.review_on is not None and claim.review_on <= today
    session.add(claim)
    session.flush()
    _replace_topics(session, claim, topic_ids)
    data = {**history.created(claim), "version": claim.version, "topics": sorted(topic_ids)}
    history.record(session, claim, "claim.created", actor=actor, at=at, data=data)
    return claim


def edit(
    session: Session,
    claim: Claim,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    version: int,
    at: datetime | None = None,
    choices: Mapping[str, str] | None = None,
) -> frozenset[str]:
    """Change fields of a claim as seen at `version`; return the fields that others had changed meanwhile and that were kept.

    Merges three ways: a field that only one side changed takes that side's value. Raises merging.Clash (409) where both changed
    one and `choices` (field → "mine" or "theirs") does not say which stands; Invalid for bad values; IllegalMove if frozen.
    """
    need_editor(actor)
    lock(session, claim)
    need_not_withdrawn(claim)
    at = at or clock.now()
    wanted = _clean({k: v for k, v in values.items() if k in EDITABLE})
    if "review_on" in wanted and claim.status != Status.DRAFT:
        del wanted["review_on"]  # tracked claims move their day by `postpone`, with a reason
    merged, kept = merge(session, claim, wanted, version=version, choices=choices or {})
    changes = {field: value for field, value in merged.items() if getattr(claim, field) != value}
    if not changes:
        return kept
    if claim.status in (Status.PROPOSED, Status.RESOLVED):
        raise IllegalMove(N_("The terms are frozen while a verdict is proposed or signed."))
    _apply_checked(session, claim, changes, day_of(session, at))
    lifecycle.write(session, claim, "claim.edit", changes, actor=actor, at=at)
    return kept


def _apply_checked(session: Session, claim: Claim, changes: dict[str, Any], today: date) -> None:
    """Check the claim as it would be, and add what follows from the changes (the day and flag of the criteria)."""
    would_be = Claim(**{f: changes.get(f, getattr(claim, f)) for f in (*EDITABLE, "article_id")})
    _check_terms(session, would_be, session.get_one(Article, claim.article_id))
    for derived in ("paragraph", "condition_status"):
        if getattr(would_be, derived) != getattr(claim, derived):
            changes[derived] = getattr(would_be, derived)
    if any(field in changes for field in CRITERIA):
        changes["criteria_set_on"] = today
        # Flagged for good: criteria written when the outcome could be known are shown as such for ever.
        if (claim.review_on is not None and claim.review_on <= today) or _has_evidence(session, claim):
            changes["criteria_retrospective"] = True


def _has_evidence(session: Session, claim: Claim) -> bool:
    return session.scalar(select(Evidence.id).where(Evidence.claim_id == claim.id).limit(1)) is not None


def _clean(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"no such fields of a claim: {sorted(unknown)}")
    return {f: v.strip() if isinstance(v, str) and f != "quote" else v for f, v in fields.items()}


def _check_terms(session: Session, claim: Claim, article: Article) -> None:
    need_text(claim.statement or "", "statement", N_("Write the claim in your own plain words."), STATEMENT_MAX)
    for field in ("quote", "hedge", "condition", *CRITERIA):
        if len(getattr(claim, field) or "") > TEXT_MAX:
            raise Invalid(N_("This is too long: at most %(most)s characters."), field=field, most=TEXT_MAX)
    _check_band(claim)
    _check_speaker(session, claim)
    if claim.deadline_on is not None:
        if claim.deadline_source is None:
            raise Invalid(N_("Say who set this deadline."), field="deadline_source")
        if claim.deadline_on < claim.made_on:
            raise Invalid(N_("The deadline lies before the day the claim was made."), field="deadline_on")
    if claim.review_on is not None and claim.review_on < claim.made_on:
        raise Invalid(N_("The review day lies before the day the claim was made."), field="review_on")
    if claim.condition and claim.condition_status is None:
        claim.condition_status = ConditionStatus.UNKNOWN
    if not claim.condition and claim.condition_status not in (None, ConditionStatus.UNKNOWN):
        raise Invalid(N_("There is no condition that could be met or not."), field="condition_status")
    _check_place(session, claim, article)


def _check_band(claim: Claim) -> None:
    low, high = claim.likelihood_low, claim.likelihood_high
    if (low is None) != (high is None):
        missing = "likelihood_low" if low is None else "likelihood_high"
        raise Invalid(N_("Give both ends of the likelihood, or neither."), field=missing)
    if low is None or high is None:
        return
    if claim.certainty is not None and claim.certainty not in WITH_BAND:
        raise Invalid(N_("Only flat and hedged claims carry a likelihood."), field="likelihood_low")
    if not 0 <= low <= 100 or not 0 <= high <= 100:
        raise Invalid(N_("A likelihood lies between 0 and 100 per cent."), field="likelihood_low")
    if low > high:
        raise Invalid(N_("The lower end lies above the upper end."), field="likelihood_low")


def _check_speaker(session: Session, claim: Claim) -> None:
    if claim.speaker_id is None:
        if claim.attribution in (Attribution.STATED, Attribution.IMPLIED):
            raise Invalid(N_("Name the speaker, or choose the article's own voice."), field="speaker_id")
        return
    if claim.attribution in (None, Attribution.ARTICLE):
        raise Invalid(N_("With a speaker, say whether the article states or implies that it is theirs."), field="attribution")
    if session.get(Speaker, claim.speaker_id) is None:
        raise Invalid(N_("There is no such speaker."), field="speaker_id")


def _check_place(session: Session, claim: Claim, article: Article) -> None:
    if claim.quote and claim.quote_kind is None:
        raise Invalid(N_("Say whether the quote is verbatim, translated or a paraphrase."), field="quote_kind")
    if claim.quote_start is None and claim.quote_end is None:
        return
    if claim.text_number is None or claim.quote_start is None or claim.quote_end is None:
        raise Invalid(N_("The place of the quote is incomplete."), field="quote")
    body = session.scalar(
        select(ArticleText.body).where(ArticleText.article_id == article.id, ArticleText.number == claim.text_number)
    )
    if body is None or not stands_at(body, claim.quote or "", claim.quote_start, claim.quote_end):
        raise Invalid(N_("These words do not stand at that place in the article's text."), field="quote")
    if claim.quote_kind is QuoteKind.PARAPHRASE:
        raise Invalid(N_("A paraphrase has no exact place; leave it out, or mark the quote as verbatim."), field="quote_kind")
    claim.paragraph = paragraph_at(body, claim.quote_start)


def assign(
    session: Session, claim: Claim, owner_id: int | None, *, actor: Actor, version: int | None = None, at: datetime | None = None
) -> None:
    """Hand the claim to an editor, or to nobody. Raises Invalid for someone who cannot own claims."""
    need_editor(actor)
    lock(session, claim)
    need_not_withdrawn(claim)
    if claim.owner_id == owner_id:
        return
    if owner_id is not None:
        owner = session.get(Editor, owner_id)
        if owner is None or not owner.active or "editor" not in owner.role_names:
            raise Invalid(N_("This person cannot own claims."), field="owner_id")
    merge(session, claim, {"owner_id": owner_id}, version=claim.version if version is None else version, choices={})
    lifecycle.write(session, claim, "claim.assign", {"owner_id": owner_id}, actor=actor, at=at or clock.now())


def set_topics(session: Session, claim: Claim, topic_ids: tuple[int, ...], *, actor: Actor, at: datetime | None = None) -> None:
    """Set what the claim is about; the order does not matter."""
    need_editor(actor)
    lock(session, claim)
    need_not_withdrawn(claim)
    before = set(session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id)))
    if before == set(topic_ids):
        return
    _replace_topics(session, claim, topic_ids)
    data = {"topics": sorted(topic_ids), "topics_were": sorted(before)}
    lifecycle.write(session, claim, "claim.topics", {}, actor=actor, at=at or clock.now(), data=data)


def _replace_topics(session: Session, claim: Claim, topic_ids: tuple[int, ...]) -> None:
    wanted = set(topic_ids)
    known = session.scalar(select(func.count()).select_from(Topic).where(Topic.id.in_(wanted))) if wanted else 0
    if known != len(wanted):
        raise Invalid(N_("There is no such topic."), field="topics")
    session.execute(delete(ClaimTopic).where(ClaimTopic.claim_id == claim.id))
    session.add_all(
        ClaimTopic(topic_id=topic, claim_id=claim.id, status=claim.status, review_on=claim.review_on) for topic in sorted(wanted)
    )
    session.flush()


def set_translation(
    session: Session, claim: Claim, language: str, texts: Mapping[str, str], *, actor: Actor, at: datetime | None = None
) -> None:
    """Set our words in another language: statement, confirmed_if, refuted_if, condition. An empty statement removes them."""
    need_editor(actor)
    lock(session, claim)
    need_not_withdrawn(claim)
    if language == claim.language:
        raise Invalid(N_("The claim is written in this language already."), field="language")
    row = session.get(ClaimTranslation, (claim.id, language))
    fields = ("statement", "confirmed_if", "refuted_if", "condition")
    values = {field: texts.get(field, "").strip() for field in fields}
    before = {field: getattr(row, field) if row is not None else "" for field in fields}
    if values == before:
        return
    if claim.status in (Status.PROPOSED, Status.RESOLVED) and row is not None:
        raise IllegalMove(N_("The terms are frozen while a verdict is proposed or signed."))
    if not values["statement"]:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(ClaimTranslation(claim_id=claim.id, language=language, **values))
    else:
        for field, value in values.items():
            setattr(row, field, value)
    data = {
        "language": language,
        "to": {f: history.Text(v) for f, v in values.items() if v != before[f]},
        "from": {f: history.Text(before[f]) for f, v in values.items() if v != before[f]},
    }
    lifecycle.write(session, claim, "translation.set", {}, actor=actor, at=at or clock.now(), data=data)
