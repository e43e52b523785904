"""What editors gather on a claim: evidence, checks, private notes and relations to other claims."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.claims import lifecycle
from tracker.claims.enums import EvidenceAbout, RelationKind, SourceKind, Stance, Visibility
from tracker.claims.hooks import on_note_added
from tracker.claims.models import Check, Claim, Evidence, Note, Relation
from tracker.claims.services.common import (
    begin_work,
    clean_text,
    day_of,
    lock,
    require_editor,
    require_text,
)
from tracker.errors import N_, IllegalMove, Invalid, NotFound, Stale
from tracker.ledger import Actor
from tracker.urls import URL_MAX, check_link


def add_evidence(
    session: Session,
    claim: Claim,
    *,
    actor: Actor,
    title: str,
    stance: Stance,
    url: str | None = None,
    document: str | None = None,
    publisher: str = "",
    published_on: date | None = None,
    locator: str = "",
    source_kind: SourceKind = SourceKind.OTHER,
    visibility: Visibility = Visibility.PUBLIC,
    note: str = "",
    archive_url: str | None = None,
    about: EvidenceAbout = EvidenceAbout.CLAIM,
    at: datetime | None = None,
) -> Evidence:
    """Add a source that bears on the claim (or on its condition). Raises Invalid without a title or without any source."""
    begin_work(session, claim, actor)
    at = at or clock.now()
    values = _clean_evidence(
        session,
        claim,
        at,
        title=title,
        stance=stance,
        url=url,
        document=document,
        publisher=publisher,
        published_on=published_on,
        locator=locator,
        source_kind=source_kind,
        visibility=visibility,
        note=note,
        archive_url=archive_url,
        about=about,
    )
    row = Evidence(claim_id=claim.id, added_at=at, added_by_id=actor.editor_id, **values)
    session.add(row)
    session.flush()
    lifecycle.write(session, claim, "evidence.add", {}, actor=actor, at=at, row=row)
    return row


def edit_evidence(
    session: Session, claim: Claim, evidence_id: int, values: Mapping[str, object], *, actor: Actor, version: int
) -> None:
    """Correct a piece of evidence as read with the claim's `version`; the earlier version stays in the history.

    `values` are all fields that `add_evidence` takes. Raises Stale if the claim has changed since, IllegalMove for evidence that
    is withdrawn, Invalid as `add_evidence`.
    """
    begin_work(session, claim, actor)
    if claim.version != version:
        raise Stale(current=claim.version)
    row = _find(session, claim, evidence_id)
    if row.withdrawn_at is not None:
        raise IllegalMove(N_("This evidence is withdrawn. Add it again if it counts after all."))
    at = clock.now()
    cleaned = _clean_evidence(session, claim, at, **values)
    changes = ledger.changed(row, **cleaned)
    if not changes:
        return
    for field, value in cleaned.items():
        setattr(row, field, value)
    lifecycle.write(session, claim, "evidence.edit", {}, actor=actor, at=at, data={"also": {f"evidence:{row.id}": changes}})


def _clean_evidence(session: Session, claim: Claim, at: datetime, **given: Any) -> dict[str, object]:
    """The fields of a piece of evidence as they are stored. Raises Invalid, naming the field."""
    url, document = clean_text(given["url"], "url", URL_MAX) or None, clean_text(given["document"], "document") or None
    if url is None and document is None:
        raise Invalid(N_("Give the address of the source, or say which document it is."), field="url")
    archive_url = clean_text(given["archive_url"], "archive_url", URL_MAX) or None
    for field, address in (("url", url), ("archive_url", archive_url)):
        if address is not None:
            check_link(address, field)
    published_on = given["published_on"]
    if published_on is not None and validation.day(published_on, "published_on") > day_of(session, at):
        raise Invalid(N_("This day is in the future."), field="published_on")
    about = validation.word(given["about"], EvidenceAbout, "about")
    if about is EvidenceAbout.CONDITION and not claim.condition:
        raise Invalid(N_("This claim has no condition."), field="about")
    return {
        "about": about,
        "url": url,
        "archive_url": archive_url,
        "document": document,
        "title": require_text(given["title"], "title", N_("Give the source a title.")),
        "publisher": clean_text(given["publisher"], "publisher"),
        "published_on": published_on,
        "locator": clean_text(given["locator"], "locator"),
        "source_kind": validation.word(given["source_kind"], SourceKind, "source_kind"),
        "stance": validation.word(given["stance"], Stance, "stance"),
        "visibility": validation.word(given["visibility"], Visibility, "visibility"),
        "note": clean_text(given["note"], "note"),
    }


def _find(session: Session, claim: Claim, evidence_id: int) -> Evidence:
    row = session.get(Evidence, evidence_id)
    if row is None or row.claim_id != claim.id:
        raise NotFound()
    return row


def withdraw_evidence(
    session: Session, claim: Claim, evidence_id: int, reason: str, *, actor: Actor, at: datetime | None = None
) -> None:
    """Withdraw a piece of evidence, with a reason; it stays visible as withdrawn. Doing it twice does nothing."""
    begin_work(session, claim, actor)
    at = at or clock.now()
    row = _find(session, claim, evidence_id)
    if row.withdrawn_at is not None:
        return
    reason = require_text(reason, "reason", N_("Say why this evidence no longer counts."))
    changes = {"withdrawn_at": at, "withdrawn_because": reason}
    data: dict[str, object] = {"also": {f"evidence:{row.id}": ledger.changed(row, **changes)}}
    row.withdrawn_by_id = actor.editor_id
    row.withdrawn_at, row.withdrawn_because = at, reason
    lifecycle.write(session, claim, "evidence.withdraw", {}, actor=actor, at=at, data=data)


def add_check(
    session: Session,
    claim: Claim,
    *,
    actor: Actor,
    where_looked: str,
    found: str,
    queries: str = "",
    checked_on: date | None = None,
    period_from: date | None = None,
    period_to: date | None = None,
    exhaustive: bool = False,
    visibility: Visibility = Visibility.INTERNAL,
    at: datetime | None = None,
) -> Check:
    """Log one look for the outcome. `checked_on` defaults to today and cannot lie in the future."""
    begin_work(session, claim, actor)
    at = at or clock.now()
    today = day_of(session, at)
    checked_on = today if checked_on is None else validation.day(checked_on, "checked_on")
    if checked_on > today:
        raise Invalid(N_("This day is in the future."), field="checked_on")
    if period_from is not None and period_to is not None and period_to < period_from:
        raise Invalid(N_("The last day is before the first day."), field="period_to")
    row = Check(
        claim_id=claim.id,
        checked_on=checked_on,
        editor_id=actor.editor_id,
        where_looked=require_text(where_looked, "where_looked", N_("Say where you looked.")),
        queries=clean_text(queries, "queries"),
        period_from=period_from,
        period_to=period_to,
        found=require_text(found, "found", N_("Say what you found, or that you found nothing.")),
        exhaustive=exhaustive,
        visibility=validation.word(visibility, Visibility, "visibility"),
        created_at=at,
    )
    session.add(row)
    session.flush()
    lifecycle.write(session, claim, "check.add", {}, actor=actor, at=at, row=row)
    return row


def set_check_visibility(
    session: Session, claim: Claim, check_id: int, visibility: Visibility, *, actor: Actor, at: datetime | None = None
) -> None:
    """Make a check public, or internal again. Doing it twice does nothing. Raises NotFound."""
    require_editor(actor)
    lock(session, claim)
    row = session.scalar(select(Check).where(Check.id == check_id, Check.claim_id == claim.id))
    if row is None:
        raise NotFound()
    visibility = validation.word(visibility, Visibility, "visibility")
    if (row.visibility or Visibility.INTERNAL) is visibility:
        return
    data: dict[str, object] = {"also": {f"check:{row.id}": ledger.changed(row, visibility=visibility)}}
    row.visibility = visibility
    lifecycle.write(session, claim, "check.visibility", {}, actor=actor, at=at or clock.now(), data=data)


def add_note(session: Session, claim: Claim, body: str, *, actor: Actor, at: datetime | None = None, notify: bool = True) -> Note:
    """Add to the private talk on a claim, which leaves the claim's version as it is. `notify` False: a note of the past."""
    require_editor(actor)
    at = at or clock.now()
    row = Note(
        claim_id=claim.id, author_id=actor.editor_id, body=require_text(body, "body", N_("The note is empty.")), created_at=at
    )
    session.add(row)
    session.flush()
    data = {"note": row.id, "body": ledger.Text(row.body)}
    ledger.record(session, claim, "note.add", actor=actor, data=data, at=at)
    if notify:
        on_note_added(session, row)
    return row


def relate(
    session: Session, claim: Claim, other_id: int, kind: RelationKind, *, actor: Actor, at: datetime | None = None
) -> Relation:
    """Add a relation to another claim. Adding it twice does nothing."""
    require_editor(actor)
    at = at or clock.now()
    if other_id == claim.id:
        raise Invalid(N_("A claim cannot be related to itself."), field="other_id")
    kind = validation.word(kind, RelationKind, "kind")
    if session.get(Claim, other_id) is None:
        raise Invalid(N_("There is no claim with this number."), field="other_id")
    # A withdrawn claim may still be a duplicate of another: that is often why it was withdrawn.
    lock(session, claim)
    row = session.scalar(
        select(Relation).where(Relation.claim_id == claim.id, Relation.other_id == other_id, Relation.kind == kind)
    )
    if row is None:
        row = Relation(claim_id=claim.id, other_id=other_id, kind=kind, created_at=at, created_by_id=actor.editor_id)
        session.add(row)
        ledger.record(session, claim, "relation.add", actor=actor, data=ledger.created(row), row=row, at=at)
    return row


def unrelate(session: Session, claim: Claim, relation_id: int, *, actor: Actor) -> None:
    """Remove a relation, on whichever of the two claims it was entered. Raises NotFound."""
    require_editor(actor)
    row = session.get(Relation, relation_id)
    if row is None or claim.id not in (row.claim_id, row.other_id):
        raise NotFound()
    owner = session.get_one(Claim, row.claim_id)
    lock(session, owner)
    data = ledger.removed(row)
    session.delete(row)
    ledger.record(session, owner, "relation.remove", actor=actor, data=data, row=row, at=clock.now())
