"""Writes on speakers."""

import json
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.claims.enums import SpeakerKind
from tracker.claims.models import Speaker, SpeakerAlias
from tracker.claims.services.common import NAME_MAX, basis_of, clean_text, need_same, require_chief, require_editor, require_text
from tracker.errors import N_, IllegalMove, Invalid
from tracker.ledger import Actor
from tracker.ledger.models import Event
from tracker.search.name_keys import name_key


def add_speaker(
    session: Session,
    *,
    actor: Actor,
    name: str,
    kind: SpeakerKind,
    affiliation: str = "",
    aliases: tuple[str, ...] = (),
    is_sample: bool = False,
    at: datetime | None = None,
) -> Speaker:
    """Store a speaker. Two people may share a name: they differ by their affiliation. Raises Invalid if both are the same."""
    require_editor(actor)
    name = require_text(name, "name", N_("Give the speaker's name."), NAME_MAX)
    affiliation = clean_text(affiliation, "affiliation")
    names = _clean_aliases(aliases)
    if find_namesake(session, name, affiliation) is not None:
        raise Invalid(N_("There is already a speaker with this name and role or organisation."), field="name")
    kind = validation.word(kind, SpeakerKind, "kind")
    speaker = Speaker(name=name, kind=kind, affiliation=affiliation, is_sample=is_sample, created_at=at or clock.now())
    session.add(speaker)
    session.flush()
    session.add_all(SpeakerAlias(speaker_id=speaker.id, name=alias) for alias in names)
    data: dict[str, object] = dict(ledger.created(speaker))
    if names:
        data["aliases"] = ledger.Text("\n".join(names))
    ledger.record(session, speaker, "speaker.created", actor=actor, data=data, at=at)
    return speaker


def edit_speaker(
    session: Session,
    speaker: Speaker,
    *,
    actor: Actor,
    name: str,
    kind: SpeakerKind,
    affiliation: str,
    aliases: tuple[str, ...],
    basis: str | None = None,
    at: datetime | None = None,
) -> None:
    """Change what is known of a speaker. `basis` is the `basis_of` what the editor saw: Stale if that has changed since.

    Raises Invalid, naming the field, for what cannot be kept.
    """
    require_editor(actor)
    session.refresh(speaker, with_for_update=True)
    before = _aliases(session, speaker)
    need_same(basis, basis_of(speaker, before))
    values = {
        "name": require_text(name, "name", N_("Give the speaker's name."), NAME_MAX),
        "kind": validation.word(kind, SpeakerKind, "kind"),
        "affiliation": clean_text(affiliation, "affiliation"),
    }
    names = _clean_aliases(aliases)
    if find_namesake(session, values["name"], values["affiliation"], besides=speaker.id) is not None:
        raise Invalid(N_("There is already a speaker with this name and role or organisation."), field="name")
    data: dict[str, object] = dict(ledger.changed(speaker, **values))
    if names != before:
        data |= {"aliases": ledger.Text("\n".join(names)), "aliases_were": ledger.Text("\n".join(before))}
        session.execute(delete(SpeakerAlias).where(SpeakerAlias.speaker_id == speaker.id))
        session.add_all(SpeakerAlias(speaker_id=speaker.id, name=alias) for alias in names)
    if not data:
        return
    for field, value in values.items():
        setattr(speaker, field, value)
    ledger.record(session, speaker, "speaker.edit", actor=actor, data=data, at=at)


def find_namesake(session: Session, name: str, affiliation: str, *, besides: int | None = None) -> Speaker | None:
    """A speaker, not merged into another, with the same name and the same affiliation."""
    wanted = name_key(affiliation)
    query = select(Speaker).where(Speaker.name_key == name_key(name), Speaker.merged_into_id.is_(None)).order_by(Speaker.id)
    found = (each for each in session.scalars(query) if each.id != besides)
    return next((each for each in found if name_key(each.affiliation) == wanted), None)


def _aliases(session: Session, speaker: Speaker) -> tuple[str, ...]:
    query = select(SpeakerAlias.name).where(SpeakerAlias.speaker_id == speaker.id).order_by(SpeakerAlias.id)
    return tuple(session.scalars(query))


def _clean_aliases(aliases: tuple[str, ...]) -> tuple[str, ...]:
    """The other names of a speaker as they are stored: each once, in the first of its spellings."""
    kept = filter(None, (clean_text(alias, "aliases", NAME_MAX) for alias in aliases))
    by_key: dict[str, str] = {}
    for alias in kept:
        by_key.setdefault(name_key(alias), alias)
    return tuple(by_key.values())


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
