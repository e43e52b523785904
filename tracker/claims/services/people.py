"""Speakers and topics."""

import hashlib
import re
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.claims.models import Speaker, SpeakerAlias, Topic
from tracker.claims.services.common import NAME_MAX, clean_text, need_editor, need_text
from tracker.claims.words import SpeakerKind
from tracker.errors import N_, Invalid, Stale
from tracker.ledger import Actor

LABEL_MAX = 120
KEY_MAX = 64


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
    need_editor(actor)
    name = need_text(name, "name", N_("Give the speaker's name."), NAME_MAX)
    affiliation = clean_text(affiliation, "affiliation")
    names = tuple(filter(None, dict.fromkeys(clean_text(alias, "aliases", NAME_MAX) for alias in aliases)))
    twins = session.scalars(select(Speaker).where(Speaker.name == name, Speaker.merged_into_id.is_(None)))
    if any(twin.affiliation == affiliation for twin in twins):
        raise Invalid(N_("There is already a speaker with this name and affiliation."), field="name")
    kind = validation.word(kind, SpeakerKind, "kind")
    speaker = Speaker(name=name, kind=kind, affiliation=affiliation, is_sample=is_sample, created_at=at or clock.now())
    session.add(speaker)
    session.flush()
    session.add_all(SpeakerAlias(speaker_id=speaker.id, name=alias) for alias in names)
    data: dict[str, Any] = dict(ledger.created(speaker))
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
    need_editor(actor)
    session.refresh(speaker, with_for_update=True)
    before = _aliases(session, speaker)
    _need_same(basis, basis_of(speaker, before))
    values = {
        "name": need_text(name, "name", N_("Give the speaker's name."), NAME_MAX),
        "kind": validation.word(kind, SpeakerKind, "kind"),
        "affiliation": clean_text(affiliation, "affiliation"),
    }
    names = tuple(filter(None, dict.fromkeys(clean_text(alias, "aliases", NAME_MAX) for alias in aliases)))
    twins = session.scalars(
        select(Speaker).where(Speaker.name == values["name"], Speaker.merged_into_id.is_(None), Speaker.id != speaker.id)
    )
    if any(twin.affiliation == values["affiliation"] for twin in twins):
        raise Invalid(N_("There is already a speaker with this name and affiliation."), field="name")
    data: dict[str, Any] = dict(ledger.changed(speaker, **values))
    if names != before:
        data |= {"aliases": ledger.Text("\n".join(names)), "aliases_were": ledger.Text("\n".join(before))}
        session.execute(delete(SpeakerAlias).where(SpeakerAlias.speaker_id == speaker.id))
        session.add_all(SpeakerAlias(speaker_id=speaker.id, name=alias) for alias in names)
    if not data:
        return
    for field, value in values.items():
        setattr(speaker, field, value)
    ledger.record(session, speaker, "speaker.edit", actor=actor, data=data, at=at)


def edit_topic(
    session: Session,
    topic: Topic,
    *,
    actor: Actor,
    label_en: str,
    label_fr: str,
    basis: str | None = None,
    at: datetime | None = None,
) -> None:
    """Change the labels of a topic; its key stays. `basis` as for a speaker. Raises Invalid and Stale."""
    need_editor(actor)
    session.refresh(topic, with_for_update=True)
    _need_same(basis, basis_of(topic))
    values = {
        "label_en": need_text(label_en, "label_en", N_("Give the topic an English label."), LABEL_MAX),
        "label_fr": need_text(label_fr, "label_fr", N_("Give the topic a French label."), LABEL_MAX),
    }
    for field, value in values.items():
        if session.scalar(select(Topic.id).where(getattr(Topic, field) == value, Topic.id != topic.id).limit(1)) is not None:
            raise Invalid(N_("There is already such a topic."), field=field)
    data = ledger.changed(topic, **values)
    if not data:
        return
    for field, value in values.items():
        setattr(topic, field, value)
    ledger.record(session, topic, "topic.edit", actor=actor, data=data, at=at)


def basis_of(row: Speaker | Topic, aliases: tuple[str, ...] = ()) -> str:
    """What an editor saw of a row without a version, as a short hash that its form carries."""
    values = [str(getattr(row, field) or "") for field in row.__history__.fields]
    return hashlib.sha256(repr((values, aliases)).encode()).hexdigest()[:32]


def _need_same(basis: str | None, stands: str) -> None:
    if basis is not None and basis != stands:
        raise Stale(N_("Someone else changed this while you were working on it. Nothing of yours was saved yet."))


def _aliases(session: Session, speaker: Speaker) -> tuple[str, ...]:
    query = select(SpeakerAlias.name).where(SpeakerAlias.speaker_id == speaker.id).order_by(SpeakerAlias.id)
    return tuple(session.scalars(query))


def add_topic(
    session: Session,
    *,
    actor: Actor,
    label_en: str,
    label_fr: str,
    key: str | None = None,
    is_sample: bool = False,
    at: datetime | None = None,
) -> Topic:
    """Store a topic with its label in both languages; the key is made from the English one. Raises Invalid if it exists."""
    need_editor(actor)
    label_en = need_text(label_en, "label_en", N_("Give the topic an English label."), LABEL_MAX)
    label_fr = need_text(label_fr, "label_fr", N_("Give the topic a French label."), LABEL_MAX)
    key = clean_text(key, "key", KEY_MAX) or _key(label_en)
    topic = Topic(key=key, label_en=label_en, label_fr=label_fr, is_sample=is_sample)
    try:
        # Of two who add the same topic at once, the index lets one through.
        with session.begin_nested():
            session.add(topic)
            session.flush()
    except IntegrityError:
        raise Invalid(N_("There is already such a topic."), field="label_en") from None
    ledger.record(session, topic, "topic.created", actor=actor, data=ledger.created(topic), at=at)
    return topic


def _key(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]
    if not key:
        raise Invalid(N_("The English label needs some letters."), field="label_en")
    return key
