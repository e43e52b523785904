"""Merging two entries of one speaker, and undoing it. Both rows stay, and so do their claims."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import ledger
from tracker.claims.models import Speaker
from tracker.claims.services.common import require_chief
from tracker.claims.services.speakers import find_namesake
from tracker.errors import N_, IllegalMove, Invalid
from tracker.ledger import Actor
from tracker.ledger.models import Event


def merge(session: Session, speaker: Speaker, into_id: int, *, actor: Actor) -> None:
    """Merge a speaker into another entry, with the entries that were merged into it before.

    Raises Forbidden for who is no chief, Invalid where the other one cannot stand for it, IllegalMove if it is merged already.
    """
    require_chief(actor)
    session.refresh(speaker, with_for_update=True)
    if speaker.merged_into_id is not None:
        raise IllegalMove(N_("This entry is already merged into another one."))
    into = session.get(Speaker, into_id, with_for_update=True, populate_existing=True)
    if into is None:
        raise Invalid(N_("There is no such speaker."), field="into_id")
    if into.id == speaker.id or into.merged_into_id is not None:
        raise Invalid(N_("Choose an entry that is not merged into another one."), field="into_id")
    if into.is_sample != speaker.is_sample:
        raise Invalid(N_("A sample entry and a real one cannot be merged."), field="into_id")
    data: dict[str, object] = dict(ledger.changed(speaker, merged_into_id=into.id))
    also = {}
    for one in session.scalars(select(Speaker).where(Speaker.merged_into_id == speaker.id).with_for_update()):
        also[f"speaker:{one.id}"] = ledger.changed(one, merged_into_id=into.id)
        one.merged_into_id = into.id
    speaker.merged_into_id = into.id
    ledger.record(session, speaker, "speaker.merge", actor=actor, data=data | ({"also": also} if also else {}))


def unmerge(session: Session, speaker: Speaker, *, actor: Actor) -> None:
    """Undo a merge, with the entries that came along and are still merged into the same one.

    Raises Forbidden for who is no chief, IllegalMove if it is not merged.
    """
    require_chief(actor)
    session.refresh(speaker, with_for_update=True)
    into = speaker.merged_into_id
    if into is None:
        raise IllegalMove(N_("This entry is not merged into another one."))
    if find_namesake(session, speaker.name, speaker.affiliation) is not None:
        raise IllegalMove(N_("There is already a speaker with this name and role or organisation."))
    data: dict[str, object] = dict(ledger.changed(speaker, merged_into_id=None))
    also = {}
    for one in session.scalars(select(Speaker).where(Speaker.id.in_(_came_along(session, speaker))).with_for_update()):
        if one.merged_into_id == into:
            also[f"speaker:{one.id}"] = ledger.changed(one, merged_into_id=speaker.id)
            one.merged_into_id = speaker.id
    speaker.merged_into_id = None
    ledger.record(session, speaker, "speaker.unmerge", actor=actor, data=data | ({"also": also} if also else {}))


def _came_along(session: Session, speaker: Speaker) -> list[int]:
    last = session.scalar(
        select(Event.canonical)
        .where(Event.subject == f"speaker:{speaker.id}", Event.kind == "speaker.merge")
        .order_by(Event.seq.desc())
        .limit(1)
    )
    also = json.loads(last)["data"].get("also", {}) if last else {}
    return [int(name.removeprefix("speaker:")) for name in also]
