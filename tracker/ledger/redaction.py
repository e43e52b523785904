"""Erasing a text from the history: the words and their salt go, their hash stays, and the chain still verifies.

The same words may stand in several events (as `set` of one and `was` of the next) and in the row itself: change the row first,
then erase all that `find_text` lists. An erased text is gone from the database, not from backups that were made before.
"""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import N_, Conflict, Forbidden, Invalid, NotFound
from tracker.ledger.models import Event, EventTexts
from tracker.ledger.recording import Actor, record
from tracker.ledger.text_stores import column_has, has_words
from tracker.ledger.texts import Text, places
from tracker.sql import update_rows

KIND = "history.redact"
REASON_MAX = 2_000
_CHIEF = "chief"


class Place(NamedTuple):
    """The place of a text in the history: the event and the dotted path in its data ("set.statement")."""

    seq: int
    field: str


def redact(session: Session, seq: int, fields: Sequence[str], reason: str, actor: Actor) -> None:
    """Erase texts of one event, named by their paths in its data, and record that it was done.

    Call `scrub` after the commit. Raises Forbidden unless the actor is a chief; NotFound for an unknown line; Invalid for a path
    without a text, and for a reason that is empty, too long or repeats the words; Conflict if they are erased already.
    """
    need_redactor(actor)
    if not fields:
        raise Invalid(N_("Choose the text to erase."), field="fields")
    event = session.get(Event, seq)
    if event is None:
        raise NotFound(N_("There is no entry %(seq)s in the history."), seq=seq)
    kept = session.scalar(select(EventTexts.texts).where(EventTexts.seq == seq).with_for_update())
    texts: dict[str, dict[str, str]] = json.loads(kept) if kept else {}
    sealed = places(json.loads(event.canonical)["data"])
    named = list(dict.fromkeys(fields))
    for field in named:
        if field not in sealed:
            raise Invalid(N_("Entry %(seq)s has no text at “%(place)s”."), field="fields", seq=seq, place=field)
        if field not in texts:
            raise Conflict(N_("This text was erased already."))
    reason = need_reason(reason, [texts[field]["text"] for field in named])
    update_rows(
        session,
        EventTexts,
        EventTexts.seq == seq,
        texts=json.dumps({f: t for f, t in texts.items() if f not in named}, ensure_ascii=False, sort_keys=True),
    )
    data = {"seq": seq, "fields": named, "reason": Text(reason)}
    record(session, event.subject, KIND, actor=actor, data=data)


def need_redactor(actor: Actor) -> None:
    """Raises Forbidden unless the actor may erase text."""
    if _CHIEF not in actor.roles:
        raise Forbidden(N_("Only a chief editor can erase text."))


def need_reason(reason: str, words: list[str]) -> str:
    """The reason without spaces around it. Raises Invalid if it is empty, too long or repeats the words."""
    reason = reason.strip()
    if not reason:
        raise Invalid(N_("Give a reason."), field="reason")
    if len(reason) > REASON_MAX:
        raise Invalid(N_("This is too long: at most %(most)s characters."), field="reason", most=REASON_MAX)
    if any(re.search(rf"(?<!\w){re.escape(each.strip())}(?!\w)", reason, re.IGNORECASE) for each in words if each.strip()):
        raise Invalid(N_("The reason repeats the words that are to be erased."), field="reason")
    return reason


def find_text(session: Session, subject: str, text: str) -> list[Place]:
    """Every place in the events whose text holds these words, oldest first; with a subject, in its events alone."""
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    query = select(EventTexts.seq, EventTexts.texts).where(column_has(session, EventTexts.texts, escaped))
    if subject:
        query = query.join(Event, Event.seq == EventTexts.seq).where(Event.subject == subject)
    return [
        Place(seq, path)
        for seq, texts in session.execute(query.order_by(EventTexts.seq))
        for path, side in json.loads(texts).items()
        if has_words(side["text"], text)
    ]
