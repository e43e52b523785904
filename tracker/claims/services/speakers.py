"""Speakers and topics."""

import hashlib
import unicodedata
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.claims.models import Speaker, SpeakerAlias, Topic
from tracker.claims.services.common import NAME_MAX, clean_text, need_editor, need_text
from tracker.claims.words import SpeakerKind
from tracker.errors import N_, Invalid, Stale
from tracker.ledger import Actor
from tracker.search.name_keys import name_key

LABEL_MAX = 120
KEY_MAX = 64
TOPIC_KEY_LENGTH = 56  # of a key made from a label; a number that tells it from another comes behind
ATTEMPTS = 5  # at a key that another transaction may take first


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
    names = _clean_aliases(aliases)
    if find_namesake(session, name, affiliation) is not None:
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
    names = _clean_aliases(aliases)
    if find_namesake(session, values["name"], values["affiliation"], besides=speaker.id) is not None:
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
    _need_new_labels(session, **values, besides=topic.id)
    data = ledger.changed(topic, **values)
    if not data:
        return
    try:
        with session.begin_nested():
            for field, value in values.items():
                setattr(topic, field, value)
            session.flush()
    except IntegrityError:
        raise Invalid(N_("There is already such a topic."), field="label_en") from None
    ledger.record(session, topic, "topic.edit", actor=actor, data=data, at=at)


def find_namesake(session: Session, name: str, affiliation: str, *, besides: int | None = None) -> Speaker | None:
    """A speaker, not merged into another, with the same name and the same affiliation."""
    wanted = name_key(affiliation)
    query = select(Speaker).where(Speaker.name_key == name_key(name), Speaker.merged_into_id.is_(None)).order_by(Speaker.id)
    found = (each for each in session.scalars(query) if each.id != besides)
    return next((each for each in found if name_key(each.affiliation) == wanted), None)


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
    given = clean_text(key, "key", KEY_MAX)
    topic = Topic(label_en=label_en, label_fr=label_fr, is_sample=is_sample)
    # A unique index decides where two transactions add a topic at once: the later one looks again at what is stored.
    for _attempt in range(ATTEMPTS):
        _need_new_labels(session, label_en, label_fr)
        topic.key = given or free_topic_key(session, label_en)
        try:
            with session.begin_nested():
                session.add(topic)
                session.flush()
        except IntegrityError:
            if given:
                break
        else:
            ledger.record(session, topic, "topic.created", actor=actor, data=ledger.created(topic), at=at)
            return topic
    raise Invalid(N_("There is already such a topic."), field="label_en")


def find_topic(session: Session, label: str) -> Topic | None:
    """The topic that has this label in any language; the oldest where each language has another one."""
    wanted = name_key(label)
    query = select(Topic).where(or_(Topic.label_en_key == wanted, Topic.label_fr_key == wanted))
    return session.scalar(query.order_by(Topic.id).limit(1))


def free_topic_key(session: Session, label: str) -> str:
    """A key that no topic has yet, made of the label's letters and digits: `arms-deals`, `выборы-2024`, `c-2`.

    Raises Invalid for a label without any.
    """
    base = make_topic_key(label)
    if not base:
        raise Invalid(N_("The English label needs some letters."), field="label_en")
    taken = set(session.scalars(select(Topic.key).where(Topic.key.startswith(base, autoescape=True))))
    numbered = (f"{base}-{number}" for number in count(2))
    return base if base not in taken else next(key for key in numbered if key not in taken)


def make_topic_key(label: str) -> str:
    """The letters and digits of a label, of every script, in small letters without accents, joined by hyphens; "" for none."""
    folded = unicodedata.normalize("NFKD", label.casefold())
    plain = unicodedata.normalize("NFC", "".join(c for c in folded if not unicodedata.combining(c)))
    kept = "".join(c if unicodedata.category(c)[0] in "LNM" else "-" for c in plain)
    return "-".join(filter(None, kept.split("-")))[:TOPIC_KEY_LENGTH].strip("-")


def _need_new_labels(session: Session, label_en: str, label_fr: str, *, besides: int | None = None) -> None:
    """Raise Invalid, naming the field, where another topic has one of these labels in its language."""
    for field, label in (("label_en", label_en), ("label_fr", label_fr)):
        query = select(Topic.id).where(getattr(Topic, f"{field}_key") == name_key(label))
        if any(number != besides for number in session.scalars(query)):
            raise Invalid(N_("There is already such a topic."), field=field)


def _clean_aliases(aliases: tuple[str, ...]) -> tuple[str, ...]:
    """The other names of a speaker as they are stored: each once, in the first of its spellings."""
    kept = filter(None, (clean_text(alias, "aliases", NAME_MAX) for alias in aliases))
    by_key: dict[str, str] = {}
    for alias in kept:
        by_key.setdefault(name_key(alias), alias)
    return tuple(by_key.values())
