"""The child tables of claims and speakers: what their events say of them, and what the tables hold, in one form."""

from sqlalchemy import select

from tracker.claims.models import ClaimTopic, ClaimTranslation, Note, SpeakerAlias
from tracker.ledger.chain import SealedEvent
from tracker.ledger.descriptors import ChildTable, EventValues, Values
from tracker.ledger.rows import split
from tracker.sql import AnyRow, AnySelect


def _read_topics(event: SealedEvent) -> EventValues:
    kind, number = split(event["subject"]) or ("", 0)
    if kind == "claim" and "topics" in event["data"]:
        yield number, {"topics": (event["data"]["topics"], "topics")}


def _read_aliases(event: SealedEvent) -> EventValues:
    kind, number = split(event["subject"]) or ("", 0)
    if kind == "speaker" and "aliases" in event["data"]:
        yield number, {"aliases": (event["data"]["aliases"], "aliases")}


def _read_translation(event: SealedEvent) -> EventValues:
    data, subject = event["data"], split(event["subject"])
    if event["kind"] == "translation.set" and subject is not None and isinstance(data.get("to"), dict):
        yield subject[1], {f"{data.get('language')}.{name}": (value, f"to.{name}") for name, value in data["to"].items()}


def _read_note(event: SealedEvent) -> EventValues:
    data, subject, author = event["data"], split(event["subject"]), split(event["actor"])
    if event["kind"] == "note.add" and subject is not None and isinstance(data.get("note"), int):
        values = {"body": data.get("body"), "claim_id": subject[1], "author_id": author[1] if author else None}
        yield data["note"], {name: (value, name) for name, value in values.items()}


def _select_topics() -> AnySelect:
    return select(ClaimTopic.claim_id, ClaimTopic.topic_id).order_by(ClaimTopic.claim_id)


def _select_aliases() -> AnySelect:
    return select(SpeakerAlias.speaker_id, SpeakerAlias.name).order_by(SpeakerAlias.speaker_id, SpeakerAlias.id)


def _select_translations() -> AnySelect:
    return select(*ClaimTranslation.__table__.c).order_by(ClaimTranslation.claim_id)


def _select_notes() -> AnySelect:
    return select(Note.id, Note.body, Note.claim_id, Note.author_id).order_by(Note.id)


def _topics_of(rows: list[AnyRow]) -> Values:
    return {"topics": sorted(row.topic_id for row in rows)}


def _aliases_of(rows: list[AnyRow]) -> Values:
    return {"aliases": "\n".join(row.name for row in rows)}


def _translations_of(rows: list[AnyRow]) -> Values:
    own = ("claim_id", "language")
    return {f"{row.language}.{name}": value for row in rows for name, value in row._mapping.items() if name not in own}


def _note_of(rows: list[AnyRow]) -> Values:
    return {name: value for name, value in rows[0]._mapping.items() if name != "id"}


CHILDREN = (
    ChildTable("topics of claim", _read_topics, _select_topics, _topics_of),
    ChildTable("translations of claim", _read_translation, _select_translations, _translations_of),
    ChildTable("note", _read_note, _select_notes, _note_of),
    ChildTable("aliases of speaker", _read_aliases, _select_aliases, _aliases_of),
)
