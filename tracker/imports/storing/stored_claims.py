"""The claims that rows repeat, and bulk inserts of new ones, each row with the event that the service for one records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Column, ColumnElement, Table, func, insert, literal_column, select
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
from tracker.exports.formats import format_moment
from tracker.imports.columns.incoming import ArticleFields, IncomingRow
from tracker.imports.storing.lookups import in_chunks
from tracker.ledger import Actor
from tracker.search.name_keys import is_same_name

# Compared by what comes from the file alone; the rest was looked up, or is for editors to change.
_COMPARED: Final = (
    "statement", "language", "quote", "quote_kind", "quote_language", "attribution", "hedge", "certainty", "likelihood_low",
    "likelihood_high", "condition", "confirmed_if", "refuted_if", "made_on", "deadline_on", "deadline_source",
)  # fmt: skip
_COLUMNS: Final = (Claim.id, Claim.external_id, Claim.created_at, *(getattr(Claim, name) for name in _COMPARED))
_TRACK: Final = lifecycle.MOVES["track"]


class ExistingClaims:
    """The claims that the rows of a batch may be: by their external id, or as the very claim that our own export is of."""

    def __init__(self, session: Session, batch: Iterable[IncomingRow]) -> None:
        batch = list(batch)
        self._by_key: dict[str, Any] = {}
        self._by_origin: dict[tuple[int, str], Any] = {}
        for keys in in_chunks(key for incoming in batch for key in (incoming.key, incoming.old_key) if key):
            for row in session.execute(select(*_COLUMNS).where(_are(session, keys))):
                self._by_key[row.external_id] = row
        for ids in in_chunks(incoming.origin[0] for incoming in batch if incoming.origin):
            for row in session.execute(select(*_COLUMNS).where(Claim.id.in_(ids))):
                self._by_origin[row.id, format_moment(row.created_at)] = row

    def find(self, incoming: IncomingRow) -> Any:
        """The claim that a row is; None if it is a new one."""
        found = self._by_key.get(incoming.key)
        if found is None and incoming.origin is not None:
            found = self._by_origin.get(incoming.origin)
        if found is None and incoming.old_key:
            # Claims imported before numbers counted within their source have the number alone; another source's say other things.
            old = self._by_key.get(incoming.old_key)
            found = old if old is not None and is_same_name(old.statement, incoming.values["statement"]) else None
        return found


def _are(session: Session, keys: list[str]) -> ColumnElement[bool]:
    known = Claim.external_id.in_(keys)
    if session.get_bind().dialect.name == "sqlite":
        # Most claims have no such id, and once statistics were gathered SQLite takes "none" for an id that they all share: it
        # would read every claim for each question.
        return func.likelihood(known, literal_column("0.0001"))
    return known


def find_differences(claim: object, incoming: IncomingRow) -> list[str]:
    """The fields in which a row differs from its claim."""
    given = {key: value for key, value in incoming.values.items() if key in incoming.given}
    if "likelihood" in incoming.given:
        given |= {key: incoming.values[key] for key in ("likelihood_low", "likelihood_high")}
    return [name for name in _COMPARED if name in given and given[name] != getattr(claim, name)]


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
    session: Session, each: NewClaim, data: dict[str, object], number: int, note: int, *, actor: Actor, at: datetime
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
