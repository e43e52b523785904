"""Speakers and topics."""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import clock, history, storable
from tracker.claims.models import Speaker, SpeakerAlias, Topic
from tracker.claims.services.common import NAME_MAX, clean_text, need_editor, need_text
from tracker.claims.words import SpeakerKind
from tracker.errors import N_, Invalid
from tracker.history import Actor

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
    names = dict.fromkeys(clean_text(alias, "aliases", NAME_MAX) for alias in aliases)
    twins = session.scalars(select(Speaker).where(Speaker.name == name, Speaker.merged_into_id.is_(None)))
    if any(twin.affiliation == affiliation for twin in twins):
        raise Invalid(N_("There is already a speaker with this name and affiliation."), field="name")
    kind = storable.word(kind, SpeakerKind, "kind")
    speaker = Speaker(name=name, kind=kind, affiliation=affiliation, is_sample=is_sample, created_at=at or clock.now())
    session.add(speaker)
    session.flush()
    session.add_all(SpeakerAlias(speaker_id=speaker.id, name=alias) for alias in names if alias)
    history.record(session, speaker, "speaker.created", actor=actor, data=history.created(speaker), at=at)
    return speaker


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
    history.record(session, topic, "topic.created", actor=actor, data=history.created(topic), at=at)
    return topic


def _key(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]
    if not key:
        raise Invalid(N_("The English label needs some letters."), field="label_en")
    return key
