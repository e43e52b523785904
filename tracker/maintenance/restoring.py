"""After a backup was put in the place of the database: what must not happen by itself, and what the record should say.

The outbox of the backup does not know what was sent since. So every mail due at this moment is marked as failed, where
an admin may send it after all; later mails go out as usual. Browsers signed in then are signed out: some of them
may have been signed out, and their editors disabled, since. Links that work once end, because some of them were used since.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select

from tracker import clock
from tracker.accounts import links
from tracker.accounts.models import EditorSession
from tracker.accounts.sessions import Ended
from tracker.db import Database
from tracker.errors import Conflict
from tracker.ledger import SYSTEM, anchors, reading, record
from tracker.ledger.anchors import BadAnchor
from tracker.ledger.models import Event
from tracker.ledger.verify import verify
from tracker.notifications.models import Reason, Reminder, State
from tracker.notifications.planning import plan_due
from tracker.sql import update_rows

KIND = "history.restored"


@dataclass(frozen=True)
class Settled:
    """What was done: mails held back, sessions ended, and where the anchors of the lost lines are kept (None: none were lost)."""

    line: int
    held: int
    ended: int
    anchors_kept: Path | None


def settle(database: Database, home: Path, *, progress: Callable[[str, int, int], None] | None = None) -> Settled:
    """Do it. Safe to do again. Raises Conflict if the history in the database does not verify."""
    with reading.one_moment(database) as session:
        report = verify(session, progress=progress)
    if not report.ok:
        raise Conflict("%(fault)s", fault=str(report.findings[0]))
    kept = _put_anchors_aside(database, home)
    at = clock.now()
    plan_due(database, at, email=True)
    with database.writing() as session:
        held = update_rows(
            session,
            Reminder,
            Reminder.channel != "bell",
            _is_due(at),
            state=State.FAILED,
            reason=Reason.RESTORED,
            ended_at=at,
            lease_until=None,
            lease_token=None,
            leader_id=None,
        )
        ended = update_rows(session, EditorSession, EditorSession.ended_at.is_(None), ended_at=at, ended_because=Ended.REVOKED)
        links.end_all(session)
        line = reading.head(session).seq
        record(session, "newsroom:1", KIND, actor=SYSTEM, data={"seq": line, "held": len(held), "signed_out": len(ended)}, at=at)
    return Settled(line, len(held), len(ended), kept)


def _is_due(at: datetime) -> ColumnElement[bool]:
    return or_(Reminder.state == State.LEASED, (Reminder.state == State.PLANNED) & (Reminder.due_at <= at))


def _put_anchors_aside(database: Database, home: Path) -> Path | None:
    """Leave in the home's file the anchors of lines that this history has; keep the whole file under another name.

    They prove what was lost: that there were more lines, and what the last of them was.
    """
    file = home / anchors.FILE
    if not file.exists():
        return None
    lines = file.read_text("utf-8").splitlines()
    fitting = _fitting(database, lines)
    if len(fitting) == len([line for line in lines if line.strip()]):
        return None
    kept = file.with_name(f"anchors-until-{clock.now():%Y%m%dT%H%M%SZ}.jsonl")
    file.rename(kept)
    file.write_text("".join(f"{line}\n" for line in fitting), "utf-8")
    return kept


def _fitting(database: Database, lines: Iterable[str]) -> list[str]:
    found = []
    with database.reading() as session:
        for line in lines:
            try:
                anchor = anchors.read(line)
            except BadAnchor:
                continue
            if session.scalar(select(Event.hash).where(Event.seq == anchor.seq)) == anchor.hash:
                found.append(line)
    return found
