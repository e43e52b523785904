"""Anchors: the chain's last number and hash, kept where a person who can change the database cannot reach.

A chain alone misses a cut tail and a full rewrite. Once a day its head goes to a file in the home folder and from there, best by
mail, out of the house. That it went is itself an event, so that an anchor missing from the file is noticed.
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import N_, Message
from tracker.ledger import reading
from tracker.ledger.models import ChainHead, Event
from tracker.ledger.recording import SYSTEM, record

FILE = "anchors.jsonl"
KIND = "history.anchor"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, order=True)
class Anchor:
    """On this day, this line was the last and had this hash."""

    date: date
    seq: int
    hash: str


class BadAnchor(ValueError):
    """A line of an anchor file that is no anchor; the message names the line."""


def head(session: Session, day: date) -> Anchor | None:
    """The chain's head as an anchor of that day; None while the history is empty."""
    last = reading.head(session)
    return Anchor(day, last.seq, last.hash) if last.seq else None


def write(anchor: Anchor) -> str:
    """An anchor as one line of JSON, without the line end."""
    return json.dumps({"date": anchor.date.isoformat(), "seq": anchor.seq, "hash": anchor.hash})


def read(line: str) -> Anchor:
    """The anchor in a line of JSON. Raises BadAnchor."""
    try:
        given = json.loads(line)
        anchor = Anchor(date.fromisoformat(given["date"]), given["seq"], given["hash"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadAnchor("not an anchor") from error
    if type(anchor.seq) is not int or anchor.seq < 1 or not _HASH.fullmatch(str(anchor.hash)):
        raise BadAnchor("not an anchor")
    return anchor


def read_all(lines: Iterable[str]) -> list[Anchor]:
    """The anchors of a file's lines; empty lines are passed over. Raises BadAnchor, naming the line."""
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(read(line))
            except BadAnchor as error:
                raise BadAnchor(f"line {number} is not an anchor") from error
    return found


def drop(session: Session, home: Path, day: date) -> Anchor | None:
    """Anchor the head for this day in the home's file, and record that it went; None if that was done already.

    Safe to run again, late, or by several processes at once: one event a day, and one line a day in the file of each home.
    Belongs in `Database.writing`. The line is on the disk before the event is committed: an anchor of a line that was sealed
    earlier holds in any case.
    """
    path = home / FILE
    if any(anchor.date >= day for anchor in _kept(path)):
        return None
    # Two processes at once: the second waits here and then sees what the first recorded.
    session.execute(select(ChainHead.seq).where(ChainHead.id == 1).with_for_update())
    anchor = _recorded(session, day)
    if anchor is None:
        anchor = head(session, day)
        if anchor is None:
            return None
        data = {"date": anchor.date, "seq": anchor.seq, "hash": anchor.hash}
        record(session, "newsroom:1", KIND, actor=SYSTEM, data=data)
    _append(path, write(anchor))
    return anchor


def _recorded(session: Session, day: date) -> Anchor | None:
    """This day's anchor (or, where the clock was set back, a later one), if another home has dropped it already."""
    last = session.scalar(select(Event.canonical).where(Event.kind == KIND).order_by(Event.seq.desc()).limit(1))
    if last is None:
        return None
    anchor = read(json.dumps(json.loads(last)["data"]))
    return anchor if anchor.date >= day else None


def _kept(path: Path) -> list[Anchor]:
    kept = []
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            kept.append(read(line))
        except BadAnchor:
            continue  # a line torn by a power cut; `verify` names it
    return kept


def _append(path: Path, line: str) -> None:
    new = not path.exists()
    torn = not new and path.read_bytes()[-1:] not in (b"", b"\n")
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, (("\n" if torn else "") + line + "\n").encode())
        os.fsync(file)
    finally:
        os.close(file)
    if new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True)
class Mail:
    """An anchor as a mail to a person outside, who only has to keep it."""

    subject: Message
    body: Message


def mail(anchor: Anchor, newsroom: str) -> Mail:
    """The words of the mail that carries an anchor out of the house."""
    params = {"newsroom": newsroom, "day": anchor.date, "seq": anchor.seq, "line": write(anchor)}
    return Mail(
        Message(N_("%(newsroom)s: the history on %(day)s, entry %(seq)s"), params),
        Message(
            N_(
                "Please keep this message. It shows later whether the history of %(newsroom)s was changed.\n"
                "\n"
                "On %(day)s the last entry was number %(seq)s:\n"
                "\n"
                "%(line)s\n"
                "\n"
                "To compare, put such lines into a file and run: tracker history verify --anchors FILE\n"
                "You need nothing of ours for it: the documentation explains how to verify with a few lines of your own.\n"
            ),
            params,
        ),
    )
