"""Bulk inserts, each row with the event that the service for a single row would record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Column, Table, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from tracker import ledger
from tracker.articles.models import Article
from tracker.claims import lifecycle
from tracker.claims.enums import SpeakerKind, Status
from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, Note, Speaker
from tracker.claims.services import topics
from tracker.claims.services.editing import TRANSLATED
from tracker.errors import N_, Forbidden
from tracker.imports.incoming import ArticleFields
from tracker.ledger import Actor

_TRACK: Final = lifecycle.MOVES["track"]


@dataclass
class NewClaim:
    """A claim to be stored as a draft or, where `tracked`, an open claim, with what comes with it."""

    claim: Claim
    topic_ids: tuple[int, ...]
    tracked: bool
    note: str = ""
    translation: dict[str, str] | None = None  # its "language" and the fields of TRANSLATED


def add_articles(
    session: Session, articles: Sequence[ArticleFields], languages: Sequence[str], *, actor: Actor, at: datetime
) -> list[int]:
    """Store articles without texts; their numbers, in the same order."""
    rows = [
        Article(
            external_id=each.external_id or None,
            title=each.title,
            outlet=each.outlet,
            url=each.url or None,
            author=each.author,
            language=language,
            published_on=each.published_on,
            is_sample=False,
            version=1,
            created_at=at,
            created_by_id=actor.editor_id,
        )
        for each, language in zip(articles, languages, strict=True)
    ]
    return _add(session, rows, "article.created", actor=actor, at=at)


def add_speakers(session: Session, speakers: Sequence[tuple[str, SpeakerKind, str]], *, actor: Actor, at: datetime) -> list[int]:
    """Store speakers by name, kind and affiliation; their numbers, in the same order."""
    rows = [
        Speaker(name=name, kind=kind, affiliation=affiliation, is_sample=False, created_at=at)
        for name, kind, affiliation in speakers
    ]
    return _add(session, rows, "speaker.created", actor=actor, at=at)


def add_topics(session: Session, labels: Iterable[tuple[str, str | None]], *, actor: Actor, at: datetime) -> list[int]:
    """Store topics by label and key (None: made from the label). There are few, so each goes through its service."""
    return [topics.add_topic(session, actor=actor, label_en=label, label_fr=label, key=key, at=at).id for label, key in labels]


def _add(session: Session, rows: Sequence[Any], kind: str, *, actor: Actor, at: datetime) -> list[int]:
    if not rows:
        return []
    ids = _insert(session, rows[0].__table__, [_values(row) for row in rows])
    for row, number in zip(rows, ids, strict=True):
        ledger.record(session, f"{row.__history__.name}:{number}", kind, actor=actor, at=at, data=ledger.created(row))
    return ids


def add_claims(session: Session, new: Sequence[NewClaim], *, actor: Actor, at: datetime) -> list[int]:
    """Store claims with their topics, translations and notes; their numbers, in the same order."""
    if _TRACK.role not in actor.roles:
        raise Forbidden(N_("Your role does not allow this."))
    if not new:
        return []
    created = []
    for each in new:
        each.claim.status, each.claim.due_cycle, each.claim.version = Status.DRAFT, 0, 1
        each.claim.created_at = each.claim.updated_at = at
        each.claim.created_by_id = actor.editor_id
        created.append(ledger.created(each.claim))
    ids = _insert(session, cast(Table, Claim.__table__), [_stored(each) for each in new])
    notes = iter(_add_notes(session, new, ids, actor=actor, at=at))
    _add_child_rows(session, new, ids)
    for each, data, number in zip(new, created, ids, strict=True):
        _record(session, each, data, number, next(notes) if each.note else 0, actor=actor, at=at)
    return ids


def _stored(each: NewClaim) -> dict[str, Any]:
    """The columns of a claim after all that is done to it in the same breath."""
    values = _values(each.claim)
    values["version"] = 1 + (each.translation is not None) + each.tracked
    if each.tracked:
        values |= {"status": _TRACK.to, "due_cycle": int(_TRACK.new_wait)}
    return values


def _record(
    session: Session, each: NewClaim, data: dict[str, Any], number: int, note: int, *, actor: Actor, at: datetime
) -> None:
    name, version = f"claim:{number}", 1
    topics = sorted(set(each.topic_ids))
    ledger.record(session, name, "claim.created", actor=actor, at=at, data={**data, "version": version, "topics": topics})
    if each.translation is not None:
        version += 1
        texts = {field: each.translation[field] for field in TRANSLATED if each.translation[field]}
        payload = {
            "language": each.translation["language"],
            "to": {field: ledger.Text(text) for field, text in texts.items()},
            "from": {field: ledger.Text("") for field in texts},
            "version": version,
        }
        ledger.record(session, name, "translation.set", actor=actor, at=at, data=payload)
    if each.tracked:
        version += 1
        moved = {"status": _TRACK.to, "due_cycle": int(_TRACK.new_wait)}
        was = {"status": Status.DRAFT, "due_cycle": 0}
        changed = {key: value for key, value in moved.items() if was[key] != value}
        payload = {"set": changed, "was": {key: was[key] for key in changed}, "version": version}
        ledger.record(session, name, "claim.track", actor=actor, at=at, data=payload)
    if each.note:
        payload = {"note": note, "body": ledger.Text(each.note)}
        ledger.record(session, name, "note.add", actor=actor, at=at, data=payload)


def _add_notes(session: Session, new: Sequence[NewClaim], ids: Sequence[int], *, actor: Actor, at: datetime) -> list[int]:
    rows = [
        {"claim_id": number, "author_id": actor.editor_id, "body": each.note, "created_at": at}
        for each, number in zip(new, ids, strict=True)
        if each.note
    ]
    return _insert(session, cast(Table, Note.__table__), rows) if rows else []


def _add_child_rows(session: Session, new: Sequence[NewClaim], ids: Sequence[int]) -> None:
    topics, translations = [], []
    for each, number in zip(new, ids, strict=True):
        status = _TRACK.to if each.tracked else Status.DRAFT
        topics += [
            {"topic_id": topic, "claim_id": number, "status": status, "review_on": each.claim.review_on}
            for topic in sorted(set(each.topic_ids))
        ]
        if each.translation is not None:
            translations.append({"claim_id": number, **each.translation})
    if topics:
        session.execute(insert(cast(Table, ClaimTopic.__table__)), topics)
    if translations:
        session.execute(insert(cast(Table, ClaimTranslation.__table__)), translations)


def _insert(session: Session, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their new ids, in the same order."""
    return list(session.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows))


def _values(row: Any) -> dict[str, Any]:
    """The columns of a row that is in no session, but its number; what was not set is nothing, or its default."""
    given = row.__dict__
    return {
        column.key: given[column.key] if column.key in given else _unset(column)
        for column in row.__table__.columns
        if not column.primary_key
    }


def _unset(column: Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
