"""What programs write, by the services that the pages use. Answers hold numbers and keys alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.api.errors import PreconditionFailed
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import Status, VerdictKind, WithdrawReason
from tracker.claims.models import Claim, Topic
from tracker.claims.services import editing, evidence, moves, three_way_merge, verdicts
from tracker.claims.services.common import lock
from tracker.claims.services.terms import EDITABLE
from tracker.claims.verdict_rules import Proposed
from tracker.errors import N_, Conflict, Invalid
from tracker.intake.services import queue_address
from tracker.ledger import Actor
from tracker.sql import require_row

MOVES: Final = ("track", "postpone", "withdraw", "reopen")
VERSION: Final = "version"  # of the claim as the program read it, among the values
_ARTICLE: Final = {
    "article_title": "title",
    "article_language": "language",
    "article_published_on": "published_on",
    "article_url": "url",
    "article_author": "author",
    "article_external_id": "external_id",
    "outlet": "outlet",
    "text": "body",
}
# What a request has, checked and by the names of its operation's fields.
Values = Mapping[str, Any]
_TAKEN: Final = N_("There is one with this external_id already.")


@dataclass(frozen=True)
class Written:
    """What was done: where to read it, and the numbers of what was written."""

    location: str
    body: dict[str, Any]
    status: int = 201


def add_article(session: Session, actor: Actor, _id: int, values: Values) -> Written:
    given = {_ARTICLE[name]: value for name, value in values.items()}
    _require_free(session, Article, given.get("external_id"))
    try:
        with session.begin_nested():
            article = articles.create(session, actor, **given)
    except IntegrityError:
        raise Conflict(_TAKEN) from None
    except Invalid as refusal:
        raise _renamed(refusal, {mine: name for name, mine in _ARTICLE.items()}) from None
    return Written(f"/articles/{article.id}", {"article_id": article.id, "version": article.version})


def add_claim(session: Session, actor: Actor, _id: int, values: Values) -> Written:
    article = session.get(Article, values["article_id"])
    if article is None:
        raise Invalid(N_("There is no article with this number."), field="article_id")
    _require_free(session, Claim, values.get("external_id"))
    fields = {name: value for name, value in values.items() if name in EDITABLE}
    topic_ids = _find_topics(session, values.get("topics", []))
    try:
        with session.begin_nested():
            claim = editing.create(
                session, article, actor=actor, topic_ids=topic_ids, external_id=values.get("external_id"), **fields
            )
    except IntegrityError:
        raise Conflict(_TAKEN) from None
    if values.get("track"):
        moves.track(session, claim, actor=actor, version=claim.version)
    return _claim_written(claim)


def change_claim(session: Session, actor: Actor, claim_id: int, values: Values) -> Written:
    claim = _get(session, claim_id)
    wanted = {name: value for name, value in values.items() if name != VERSION}
    _require_version(session, claim, values[VERSION], wanted)
    if "review_on" in wanted and claim.status != Status.DRAFT and wanted["review_on"] != claim.review_on:
        raise Invalid(N_("Move the review date of a tracked claim with the move postpone."), field="review_on")
    for name in ("statement", "language", "made_on", "attribution", "certainty"):
        if name in wanted and wanted[name] is None:
            raise Invalid(N_("This field is missing."), field=name)
    editing.edit(session, claim, wanted, actor=actor, version=values[VERSION])
    return _claim_written(claim, status=200)


def add_evidence(session: Session, actor: Actor, claim_id: int, values: Values) -> Written:
    claim = _get(session, claim_id)
    row = evidence.add_evidence(session, claim, actor=actor, **values)
    return _claim_written(claim, evidence_id=row.id)


def add_check(session: Session, actor: Actor, claim_id: int, values: Values) -> Written:
    claim = _get(session, claim_id)
    row = evidence.add_check(session, claim, actor=actor, **values)
    return _claim_written(claim, check_id=row.id)


def add_note(session: Session, actor: Actor, claim_id: int, values: Values) -> Written:
    claim = _get(session, claim_id)
    row = evidence.add_note(session, claim, values["body"], actor=actor)
    return _claim_written(claim, note_id=row.id)


def make_move(session: Session, actor: Actor, claim_id: int, values: Values) -> Written:
    claim, version = _get(session, claim_id), values[VERSION]
    _require_version(session, claim, version, {})
    reason = values.get("reason", "")
    match values["move"]:
        case "track":
            moves.track(session, claim, actor=actor, version=version)
        case "postpone":
            moves.postpone(session, claim, _needed(values, "review_on"), reason, actor=actor, version=version)
        case "withdraw":
            why = WithdrawReason(_needed(values, "withdraw_reason"))
            moves.withdraw(session, claim, why, reason, actor=actor, version=version)
        case "reopen":
            kind = VerdictKind(_needed(values, "verdict_kind"))
            moves.reopen(session, claim, kind, reason, actor=actor, version=version)
    return _claim_written(claim)


def propose(session: Session, actor: Actor, claim_id: int, values: Values) -> Written:
    claim, version = _get(session, claim_id), values[VERSION]
    _require_version(session, claim, version, {})
    try:
        if values["proposal"] == "withdrawal":
            verdict = verdicts.propose_withdrawal(
                session,
                claim,
                WithdrawReason(_needed(values, "withdraw_reason")),
                values["rationale"],
                actor=actor,
                version=version,
                language=values.get("language"),
            )
        else:
            verdict = verdicts.propose(session, claim, _read_proposed(values), actor=actor, version=version)
    except Invalid as refusal:
        raise _renamed(refusal, {"outcome": "verdict", "reason": "verdict_reason"}) from None
    return _claim_written(claim, verdict_id=verdict.id)


def suggest(session: Session, actor: Actor, _id: int, values: Values) -> Written:
    source = queue_address(session, actor, values["url"])
    return Written(f"/articles/sources/{source.id}", {"source_id": source.id}, 202)


def _read_proposed(values: Values) -> Proposed:
    return Proposed(
        outcome=_needed(values, "verdict"),
        rationale=values["rationale"],
        known_on=values.get("known_on"),
        reason=values.get("verdict_reason"),
        missing=values.get("missing", ""),
        language=values.get("language"),
        occurred_from=values.get("occurred_from"),
        occurred_to=values.get("occurred_to"),
        impossible=values.get("impossible", False),
    )


def _get(session: Session, claim_id: int) -> Claim:
    return require_row(session, Claim, claim_id)


def _require_version(session: Session, claim: Claim, version: int, wanted: Mapping[str, object]) -> None:
    """Raise PreconditionFailed if the claim is of another version, with the fields that both sides changed."""
    lock(session, claim)
    if claim.version == version:
        return
    fields: list[str] = []
    if 0 < version < claim.version:
        seen = three_way_merge.values_at(session, claim, version, tuple(wanted))
        fields = [name for name, base in seen.items() if getattr(claim, name) != base and getattr(claim, name) != wanted[name]]
    raise PreconditionFailed(claim.version, fields)


def _require_free(session: Session, model: type[Article] | type[Claim], external_id: str | None) -> None:
    if external_id and session.scalar(select(model.id).where(model.external_id == external_id.strip())) is not None:
        raise Conflict(_TAKEN)


def _find_topics(session: Session, keys: list[str]) -> tuple[int, ...]:
    found = {row.key: row.id for row in session.execute(select(Topic.key, Topic.id).where(Topic.key.in_(keys)))}
    if set(keys) - set(found):
        raise Invalid(N_("There is no such topic."), field="topics")
    return tuple(found.values())


def _needed(values: Mapping[str, object], name: str) -> Any:
    if values.get(name) is None:
        raise Invalid(N_("This field is missing."), field=name)
    return values[name]


def _renamed(refusal: Invalid, names: Mapping[str, str]) -> Invalid:
    field = names.get(refusal.field, refusal.field) if refusal.field else None
    return Invalid(refusal.message.text, field=field, **refusal.message.params)


def _claim_written(claim: Claim, *, status: int = 201, **numbers: int) -> Written:
    body = {"claim_id": claim.id, "version": claim.version, "status": claim.status.value, **numbers}
    return Written(f"/api/v1/claims/{claim.id}", body, status)
