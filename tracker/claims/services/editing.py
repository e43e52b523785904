"""Making a claim and changing its fields."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.articles.models import Article
from tracker.claims import lifecycle
from tracker.claims.enums import Status
from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, Evidence, Topic
from tracker.claims.services import terms
from tracker.claims.services.common import (
    KEY_MAX,
    STATEMENT_MAX,
    TEXT_MAX,
    begin_work,
    clean_text,
    day_of,
    require_editor,
    require_owner,
)
from tracker.claims.services.terms import CRITERIA, EDITABLE, TERMS
from tracker.claims.services.three_way_merge import merge
from tracker.errors import N_, IllegalMove, Invalid
from tracker.ledger import Actor

__all__ = ["CRITERIA", "EDITABLE", "TERMS", "assign", "create", "edit", "set_topics", "set_translation"]

TRANSLATED = ("statement", "confirmed_if", "refuted_if", "condition")


def create(
    session: Session,
    article: Article,
    *,
    actor: Actor,
    at: datetime | None = None,
    owner_id: int | None = None,
    topic_ids: tuple[int, ...] = (),
    external_id: str | None = None,
    **fields: object,
) -> Claim:
    """Store a draft claim of an article. `fields` are those of EDITABLE; `made_on` defaults to the article's day.

    Raises Invalid, naming the field, for what cannot be kept.
    """
    require_editor(actor)
    require_owner(session, owner_id)
    at = at or clock.now()
    today = day_of(session, at)
    given = {field: value for field, value in terms.clean(fields).items() if value is not None}
    claim = Claim(
        article_id=article.id,
        is_sample=article.is_sample,
        external_id=clean_text(external_id, "external_id", KEY_MAX) or None,
        owner_id=owner_id,
        status=Status.DRAFT,
        created_at=at,
        updated_at=at,
        created_by_id=actor.editor_id,
        **{"language": article.language, "made_on": article.published_on, **given},
    )
    terms.check(session, claim, article)
    if claim.confirmed_if or claim.refuted_if:
        claim.criteria_set_on = today
        claim.criteria_retrospective = terms.is_retrospective(today, claim.review_on)
    session.add(claim)
    session.flush()
    replace_topics(session, claim, topic_ids)
    data = {**ledger.created(claim), "version": claim.version, "topics": sorted(set(topic_ids))}
    ledger.record(session, claim, "claim.created", actor=actor, at=at, data=data)
    return claim


def edit(
    session: Session,
    claim: Claim,
    values: Mapping[str, object],
    *,
    actor: Actor,
    version: int,
    at: datetime | None = None,
    choices: Mapping[str, str] | None = None,
) -> frozenset[str]:
    """Change fields of a claim as seen at `version`; return the fields that others had changed since and that were kept.

    Merges three ways: a field that only one side changed takes that side's value. Raises merging.Clash (409) where both changed
    one and `choices` (field → "mine" or "theirs") does not choose a side; Invalid for bad values; IllegalMove if frozen.
    """
    begin_work(session, claim, actor)
    at = at or clock.now()
    # What is as it was stays as it was, even where it would be spelt otherwise today.
    wanted = terms.clean({k: v for k, v in values.items() if k in EDITABLE and v != getattr(claim, k)})
    if "review_on" in wanted and claim.status != Status.DRAFT:
        del wanted["review_on"]  # tracked claims move their day by `postpone`, with a reason
    merged, kept = merge(session, claim, wanted, version=version, choices=choices or {})
    changes = {field: value for field, value in merged.items() if getattr(claim, field) != value}
    if not changes:
        return kept
    if claim.status in (Status.PROPOSED, Status.RESOLVED):
        raise IllegalMove(N_("The claim is locked: a verdict is proposed or signed."))
    _complete(session, claim, changes, day_of(session, at))
    lifecycle.write(session, claim, "claim.edit", changes, actor=actor, at=at)
    return kept


def _complete(session: Session, claim: Claim, changes: dict[str, object], today: date) -> None:
    """Check the claim as it would be, and add what follows from the changes (the day and flag of the criteria)."""
    would_be = Claim(**{f: changes.get(f, getattr(claim, f)) for f in (*EDITABLE, "article_id")})
    terms.check(session, would_be, session.get_one(Article, claim.article_id))
    for derived in ("paragraph", "condition_status"):
        if getattr(would_be, derived) != getattr(claim, derived):
            changes[derived] = getattr(would_be, derived)
    if claim.status != Status.DRAFT:
        terms.require_filled({field: getattr(would_be, field) for field in CRITERIA})
    set_on = claim.criteria_set_on
    if any(field in changes for field in CRITERIA):
        set_on = changes["criteria_set_on"] = today
    # Flagged for good: criteria written when the outcome could be known are shown as such for ever. A draft's review day may
    # also move to before the day on which its criteria were written.
    late = terms.is_retrospective(set_on, would_be.review_on)
    if late or ("criteria_set_on" in changes and _has_evidence(session, claim)):
        changes["criteria_retrospective"] = True


def _has_evidence(session: Session, claim: Claim) -> bool:
    return session.scalar(select(Evidence.id).where(Evidence.claim_id == claim.id).limit(1)) is not None


def assign(
    session: Session, claim: Claim, owner_id: int | None, *, actor: Actor, version: int | None = None, at: datetime | None = None
) -> None:
    """Set or, with None, remove the owner of the claim. Raises Invalid for someone who cannot own claims."""
    begin_work(session, claim, actor)
    if claim.owner_id == owner_id:
        return
    require_owner(session, owner_id)
    merge(session, claim, {"owner_id": owner_id}, version=claim.version if version is None else version, choices={})
    lifecycle.write(session, claim, "claim.assign", {"owner_id": owner_id}, actor=actor, at=at or clock.now())


def set_topics(session: Session, claim: Claim, topic_ids: tuple[int, ...], *, actor: Actor, at: datetime | None = None) -> None:
    """Set what the claim is about; the order does not matter."""
    begin_work(session, claim, actor)
    before = set(session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id)))
    if before == set(topic_ids):
        return
    replace_topics(session, claim, topic_ids)
    data = {"topics": sorted(set(topic_ids)), "topics_were": sorted(before)}
    lifecycle.write(session, claim, "claim.topics", {}, actor=actor, at=at or clock.now(), data=data)


def replace_topics(session: Session, claim: Claim, topic_ids: tuple[int, ...]) -> None:
    """Set the rows of a claim's topics alone; the caller records the change. Raises Invalid for one that is not there."""
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
    begin_work(session, claim, actor)
    validation.language(language)
    if language == claim.language:
        raise Invalid(N_("The claim is written in this language already."), field="language")
    row = session.get(ClaimTranslation, (claim.id, language))
    values = {f: clean_text(texts.get(f), f, STATEMENT_MAX if f == "statement" else TEXT_MAX) for f in TRANSLATED}
    if not values["statement"]:
        if row is None and any(values.values()):
            raise Invalid(N_("Translate the statement, too."), field="statement")
        values = dict.fromkeys(TRANSLATED, "")
    if claim.status != Status.DRAFT:
        terms.require_filled(values, "other_")
    before = {field: getattr(row, field) if row is not None else "" for field in TRANSLATED}
    if values == before:
        return
    if claim.status in (Status.PROPOSED, Status.RESOLVED) and row is not None:
        raise IllegalMove(N_("The claim is locked: a verdict is proposed or signed."))
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
        "to": {f: ledger.Text(v) for f, v in values.items() if v != before[f]},
        "from": {f: ledger.Text(before[f]) for f, v in values.items() if v != before[f]},
    }
    lifecycle.write(session, claim, "translation.set", {}, actor=actor, at=at or clock.now(), data=data)
