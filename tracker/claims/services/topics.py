"""Writes on topics, and the keys by which files name them."""

import unicodedata
from datetime import datetime
from itertools import count
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker import ledger
from tracker.claims.models import Topic
from tracker.claims.services.common import basis_of, clean_text, need_same, require_editor, require_text
from tracker.errors import N_, Invalid
from tracker.ledger import Actor
from tracker.search.name_keys import name_key

LABEL_MAX: Final = 120
KEY_MAX: Final = 64
TOPIC_KEY_LENGTH: Final = 56  # of a key made from a label; a number that tells it from another follows
ATTEMPTS: Final = 5  # at a key that another transaction may take first


def edit_topic(session: Session, topic: Topic, *, actor: Actor, label_en: str, label_fr: str, basis: str | None = None) -> None:
    """Change the labels of a topic; its key stays. `basis` as for a speaker. Raises Invalid and Stale."""
    require_editor(actor)
    session.refresh(topic, with_for_update=True)
    need_same(basis, basis_of(topic))
    values = {
        "label_en": require_text(label_en, "label_en", N_("Give the topic an English label."), LABEL_MAX),
        "label_fr": require_text(label_fr, "label_fr", N_("Give the topic a French label."), LABEL_MAX),
    }
    _require_new_labels(session, **values, besides=topic.id)
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
    ledger.record(session, topic, "topic.edit", actor=actor, data=data)


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
    require_editor(actor)
    label_en = require_text(label_en, "label_en", N_("Give the topic an English label."), LABEL_MAX)
    label_fr = require_text(label_fr, "label_fr", N_("Give the topic a French label."), LABEL_MAX)
    given = clean_text(key, "key", KEY_MAX)
    topic = Topic(label_en=label_en, label_fr=label_fr, is_sample=is_sample)
    # A unique index decides where two transactions add a topic at once: the later one looks again at what is stored.
    for _attempt in range(ATTEMPTS):
        _require_new_labels(session, label_en, label_fr)
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


def _require_new_labels(session: Session, label_en: str, label_fr: str, *, besides: int | None = None) -> None:
    """Raise Invalid, naming the field, where another topic has one of these labels in its language."""
    for field, label in (("label_en", label_en), ("label_fr", label_fr)):
        query = select(Topic.id).where(getattr(Topic, f"{field}_key") == name_key(label))
        if any(number != besides for number in session.scalars(query)):
            raise Invalid(N_("There is already such a topic."), field=field)
