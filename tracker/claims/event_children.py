"""Child tables of claims and speakers, and free text outside the tracked columns, for replaying and erasing."""

from sqlalchemy import select

from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, NameClearance, Note, SavedView, SpeakerAlias
from tracker.errors import N_
from tracker.ledger.chain import SealedEvent
from tracker.ledger.descriptors import ChildTable, EventValues, Values
from tracker.ledger.rows import split
from tracker.ledger.text_stores import column_store
from tracker.sql import AnyRow


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


def _translations_of(rows: list[AnyRow]) -> Values:
    own = ("claim_id", "language")
    return {f"{row.language}.{name}": value for row in rows for name, value in row._mapping.items() if name not in own}


CHILDREN = (
    ChildTable(
        "topics of claim",
        _read_topics,
        lambda: select(ClaimTopic.claim_id, ClaimTopic.topic_id).order_by(ClaimTopic.claim_id),
        lambda rows: {"topics": sorted(row.topic_id for row in rows)},
    ),
    ChildTable(
        "translations of claim",
        _read_translation,
        lambda: select(*ClaimTranslation.__table__.c).order_by(ClaimTranslation.claim_id),
        _translations_of,
    ),
    ChildTable(
        "note",
        _read_note,
        lambda: select(Note.id, Note.body, Note.claim_id, Note.author_id).order_by(Note.id),
        lambda rows: {name: value for name, value in rows[0]._mapping.items() if name != "id"},
    ),
    ChildTable(
        "aliases of speaker",
        _read_aliases,
        lambda: select(SpeakerAlias.speaker_id, SpeakerAlias.name).order_by(SpeakerAlias.speaker_id, SpeakerAlias.id),
        lambda rows: {"aliases": "\n".join(row.name for row in rows)},
    ),
)
STORES = (
    column_store(
        N_("Translation of a claim"),
        ClaimTranslation.statement,
        ClaimTranslation.confirmed_if,
        ClaimTranslation.refuted_if,
        ClaimTranslation.condition,
        subject=lambda row: f"claim:{row.claim_id}",
    ),
    column_store(N_("Note on a claim"), Note.body, subject=lambda row: f"claim:{row.claim_id}"),
    column_store(N_("Another name of a speaker"), SpeakerAlias.name, subject=lambda row: f"speaker:{row.speaker_id}"),
    column_store(N_("Imported number of a claim"), Claim.external_id, subject=lambda row: f"claim:{row.id}"),
    column_store(
        N_("Reason to show the name of an implied speaker"), NameClearance.reason, subject=lambda row: f"claim:{row.claim_id}"
    ),
    column_store(N_("Saved view"), SavedView.name, SavedView.query),
)
