"""Recording events. They wait in the session and are sealed, all at once, when the outermost transaction commits.

Sealing locks the head row last, so that writers queue for the shortest possible time and the chain can neither fork nor gap. A
savepoint that rolls back takes its pending events with it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import event as sa_event
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, SessionTransaction

from tracker import clock
from tracker.ledger import chain
from tracker.ledger.models import ChainHead, Event, EventTexts
from tracker.ledger.rows import row_name
from tracker.ledger.texts import separate


@dataclass(frozen=True)
class Actor:
    """An editor by id (None is the system) with the roles that count now. `str()` is the name the history keeps.

    `via` names what the editor acted through, such as "token:7"; "" is the editor in person. It is kept in the event's data.
    """

    editor_id: int | None
    roles: frozenset[str] = frozenset()
    via: str = ""

    def __str__(self) -> str:
        return "system" if self.editor_id is None else f"editor:{self.editor_id}"


SYSTEM = Actor(None, frozenset({"system"}))


_PENDING = "history.pending"
_MARKS = "history.marks"


@dataclass(frozen=True)
class Pending:
    """An event that waits for its seal. Free texts in `data` are already parted from it, into `texts` by their path."""

    at: datetime
    actor: str
    subject: str
    kind: str
    data: dict[str, object]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


def record(
    session: Session,
    subject: Any,
    kind: str,
    *,
    actor: Actor,
    data: Mapping[str, object] | None = None,
    row: Any = None,
    at: datetime | None = None,
) -> None:
    """Say that something happened; it enters the chain if and when the outermost transaction commits.

    `subject` is a followed row or a ready name such as "claim:147". `row` names another row that `data["set"]` speaks of (the
    evidence of a claim); without it, that is the subject. Further rows that changed in the same breath stand in `data["also"]`,
    by name, each with its own "set". Raises RuntimeError outside `Database.writing`.
    """
    if not session.info.get("writing"):
        raise RuntimeError("history is recorded inside Database.writing only")
    at = clock.now() if at is None else at
    if at.tzinfo is None:
        raise ValueError("a moment without a zone cannot be recorded")
    session.flush()  # new rows need their ids before they can be named
    body = dict(data or {})
    if row is not None:
        body["row"] = row_name(row)
    if actor.via:
        body["via"] = actor.via
    plain, texts = separate(body)
    name = subject if isinstance(subject, str) else row_name(subject)
    pending: list[Pending] = session.info.setdefault(_PENDING, [])
    pending.append(Pending(at, str(actor), name, kind, plain, texts))


# Called with the session and the kind and subject of each event, just before they are sealed.
Watcher = Callable[[Session, list[tuple[str, str]]], None]
_watchers: list[Watcher] = []


def before_seal(watcher: Watcher) -> None:
    """Have every transaction that seals events show them first to an area that keeps something in step with them."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def pending(session: Session) -> tuple[Pending, ...]:
    """The events that wait to be sealed in this session, in their order."""
    return tuple(session.info.get(_PENDING, ()))


@sa_event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    # Fires at each savepoint's release too; only the outermost commit makes anything lasting.
    if session.in_nested_transaction():
        return
    pending: list[Pending] = session.info.get(_PENDING, [])
    if not pending:
        return
    session.flush()
    for watcher in _watchers:
        watcher(session, [(waiting.kind, waiting.subject) for waiting in pending])
    head = session.execute(select(ChainHead.seq, ChainHead.hash).where(ChainHead.id == 1).with_for_update()).one()
    seq, tip = head.seq, head.hash
    lines, texts = [], []
    for waiting in pending:
        seq += 1
        text = chain.canonical(seq, waiting.at, waiting.actor, waiting.subject, waiting.kind, waiting.data)
        link = chain.link(tip, text)
        lines.append(
            {
                "seq": seq,
                "at": waiting.at,
                "actor": waiting.actor,
                "subject": waiting.subject,
                "kind": waiting.kind,
                "canonical": text,
                "prev_hash": tip,
                "hash": link,
            }
        )
        if waiting.texts:
            texts.append({"seq": seq, "texts": json.dumps(waiting.texts, ensure_ascii=False, sort_keys=True)})
        tip = link
    session.execute(insert(Event), lines)
    if texts:
        session.execute(insert(EventTexts), texts)
    session.execute(
        update(ChainHead).where(ChainHead.id == 1).values(seq=seq, hash=tip).execution_options(synchronize_session=False)
    )
    pending.clear()


@sa_event.listens_for(Session, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, {})[transaction] = len(session.info.get(_PENDING, ()))


@sa_event.listens_for(Session, "after_commit")
def _release(session: Session) -> None:
    # Fires for a savepoint, too, while it is still the innermost one: what it recorded now belongs to the transaction around it.
    session.info.get(_MARKS, {}).pop(session.get_nested_transaction(), None)


@sa_event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    # A savepoint that ends without having been released was rolled back. That is not always announced as a rollback: one in which
    # a flush failed is only closed.
    mark = session.info.get(_MARKS, {}).pop(transaction, None)
    if mark is not None:
        del session.info.get(_PENDING, [])[mark:]
    if transaction.parent is None:
        session.info.pop(_MARKS, None)
        session.info.pop(_PENDING, None)
