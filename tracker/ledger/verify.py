"""Verifying the history: the chain from its first line, its texts, anchors from outside, and the rows it is about.

Everything is read in order and forgotten again, so that millions of lines need no more memory than a few. For the rows see
`replay`. Nothing is trusted that was not recomputed: any column may have been changed.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.ledger import chain, reading
from tracker.ledger.anchors import KIND as ANCHOR
from tracker.ledger.anchors import Anchor
from tracker.ledger.chain import GENESIS, SealedEvent
from tracker.ledger.findings import Broken, Progress, Report, What
from tracker.ledger.models import Event, EventTexts
from tracker.ledger.reading import Head, Line
from tracker.ledger.redaction import KIND as REDACT
from tracker.ledger.replay import Replay, Salted
from tracker.ledger.soundness import check
from tracker.ledger.texts import digest, places


def verify(
    session: Session, *, anchors: Iterable[Anchor] | None = None, rows: bool = False, progress: Progress | None = None
) -> Report:
    """Verify the history; the report lists what is wrong, the first bad line first.

    `session` should come from `reading.one_moment`. With `anchors`, lines are compared with them, and an anchor that the history
    records must be among them. With `rows`, the tables are compared with the events; not if the chain is broken.
    """
    report = Report(Head(0, GENESIS))
    with ExitStack() as stack:
        replay = stack.enter_context(closing(Replay())) if rows else None
        walk = _Walk(session, report, anchors, progress)
        try:
            for batch in walk.batches():
                if replay:
                    replay.feed(batch)
                else:
                    deque(batch, maxlen=0)
            walk.end()
        except Broken as broken:
            report.findings.insert(0, broken.finding)
            return report
        if replay:
            replay.compare(session, report, progress)
    return report


class _Walk:
    """Going down the chain, line by line."""

    def __init__(self, session: Session, report: Report, anchors: Iterable[Anchor] | None, progress: Progress | None) -> None:
        self._session = session
        self._report = report
        self._progress = progress
        self._total = session.scalar(select(func.count()).select_from(Event)) or 0 if progress else 0
        self._must_have = anchors is not None
        self._anchors: dict[int, list[Anchor]] = {}
        for anchor in sorted(set(anchors or ())):
            self._anchors.setdefault(anchor.seq, []).append(anchor)
        self._anchored = 0  # the last line that an anchor vouched for
        self._erased = _erased(session)

    def batches(self) -> Iterator[Iterator[tuple[SealedEvent, Salted]]]:
        """The events, each with its texts, a batch at a time; each batch must be consumed before the next.

        Raises Broken at the first line that is not what was recorded there.
        """
        for batch in reading.lines(self._session):
            yield self._check(batch)
            if self._progress:
                self._progress("lines", self._report.last.seq, self._total)

    def _check(self, batch: list[Line]) -> Iterator[tuple[SealedEvent, Salted]]:
        # One at a time: what is kept would be looked through for garbage, again and again.
        for line in batch:
            event = check(self._session, line, self._report.last.seq + 1, self._report.last.hash)
            self._compare_anchors(line, event)
            texts = self._texts(line, event)
            self._report.last = Head(line.seq, line.hash)
            yield event, texts

    def end(self) -> None:
        """Compare where the chain ends with where it should. Raises Broken."""
        last, head = self._report.last, reading.head(self._session)
        if head.seq > last.seq:
            raise Broken(What.CUT, last.seq + 1, f"The tail was cut: the history ends at line {last.seq} of {head.seq}.")
        if head.seq < last.seq:
            message = f"Line {head.seq + 1} was put in: the history's own head is line {head.seq}."
            raise Broken(What.INSERTED, head.seq + 1, message)
        if head.hash != last.hash:
            raise Broken(What.EDITED, last.seq, f"Line {last.seq} was replaced: it is not the one that the head names.")
        beyond = [anchor for seq, found in self._anchors.items() for anchor in found if seq > last.seq]
        if beyond:
            anchor = min(beyond)
            message = (
                f"The tail was cut: the history ends at line {last.seq}, but on {anchor.date} line {anchor.seq} was anchored."
            )
            raise Broken(What.CUT, last.seq + 1, message)
        self._find_stray_texts()

    def _compare_anchors(self, line: Line, event: SealedEvent) -> None:
        for anchor in self._anchors.get(line.seq, ()):
            if anchor.hash != line.hash:
                message = (
                    f"The history was rewritten: line {line.seq} is not the one that was anchored on {anchor.date}; "
                    f"the first changed line is one of {self._anchored + 1} to {line.seq}."
                )
                raise Broken(What.REWRITTEN, line.seq, message)
            self._report.anchors += 1
            self._anchored = line.seq
        if self._must_have and event["kind"] == ANCHOR:
            self._find_missing(line, event["data"])

    def _find_missing(self, line: Line, data: dict[str, Any]) -> None:
        try:
            gone_out = Anchor(date.fromisoformat(data["date"]), data["seq"], data["hash"])
        except (KeyError, TypeError, ValueError):
            return
        if gone_out not in self._anchors.get(gone_out.seq, ()):
            message = f"An anchor is missing: line {line.seq} records that line {gone_out.seq} was anchored on {gone_out.date}."
            self._report.add(What.MISSING_ANCHOR, message, seq=line.seq)

    def _texts(self, line: Line, event: SealedEvent) -> Salted:
        """The texts of an event, compared with their hashes in the chain."""
        kept = _parsed(line.texts)
        if kept is None:
            self._report.add(What.TEXT, f"The texts of line {line.seq} cannot be read.", seq=line.seq)
            return {}
        sealed = places(event["data"]) if kept or '"sha256"' in line.canonical else {}
        for path in kept.keys() - sealed.keys():
            self._report.add(What.TEXT, f'Line {line.seq} has a text, "{path}", that it does not refer to.', seq=line.seq)
        for path, expected in sealed.items():
            erased = (line.seq, path) in self._erased
            side = kept.get(path)
            if side is None and erased:
                self._report.erased += 1
            elif side is None:
                message = f'The text "{path}" of line {line.seq} is missing, and no event erased it.'
                self._report.add(What.TEXT, message, seq=line.seq)
            elif erased:
                message = f'The text "{path}" of line {line.seq} is there, but an event erased it.'
                self._report.add(What.TEXT, message, seq=line.seq)
            elif digest(side["salt"], side["text"]) != expected:
                self._report.add(What.TEXT, f'The text "{path}" of line {line.seq} was changed.', seq=line.seq)
        return {path: side for path, side in kept.items() if path in sealed}

    def _find_stray_texts(self) -> None:
        query = select(EventTexts.seq).outerjoin(Event, Event.seq == EventTexts.seq).where(Event.seq.is_(None))
        for seq in self._session.scalars(query.order_by(EventTexts.seq).limit(1)):
            self._report.add(What.TEXT, f"There are texts of line {seq}, which does not exist.", seq=seq)


def _erased(session: Session) -> set[tuple[int, str]]:
    """Which texts events say were erased. Few: each was erased by hand. The walk proves these events like all others."""
    found: set[tuple[int, str]] = set()
    for seq, canonical in session.execute(select(Event.seq, Event.canonical).where(Event.kind == REDACT)):
        try:
            data = json.loads(canonical)["data"]
            found.update((data["seq"], field) for field in data["fields"] if data["seq"] < seq)
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _parsed(texts: Any) -> dict[str, dict[str, str]] | None:
    """The texts of an event by their path; empty where there are none, None where it cannot be read."""
    if texts is None:
        return {}
    try:
        found = json.loads(texts)
        sound = all(isinstance(side["salt"], str) and isinstance(side["text"], str) for side in found.values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if sound else None


# An editor waits for the page; a longer history is verified by the command alone.
WHOLE_MAX: Final = 3_000


@dataclass(frozen=True)
class Sealed:
    """One entry as it was sealed, and its texts by their place."""

    seq: int
    canonical: str
    prev_hash: str
    hash: str
    texts: dict[str, object]


@dataclass(frozen=True)
class Proof:
    """The outcome. `bad`: numbers of the lines that are not what was sealed. `whole`: whether all lines of the history were
    verified and found good; None where that was not tried. `fault`: the first fault of the whole, in English."""

    head: Head
    lines: int
    bad: tuple[int, ...]
    whole: bool | None
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with anything that was looked at."""
        return not self.bad and self.whole is not False


class Prover:
    """Verifies entries, batch by batch. `session` should come from `reading.one_moment`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._count = 0
        self._bad: list[int] = []

    def add(self, entries: Sequence[Sealed]) -> None:
        """Verify that each of these has its hash and follows the entry before it."""
        before = _load_hashes(self._session, [entry.seq - 1 for entry in entries])
        self._count += len(entries)
        self._bad += [
            entry.seq
            for entry in entries
            if chain.link(entry.prev_hash, entry.canonical) != entry.hash
            or entry.prev_hash != (before.get(entry.seq - 1) if entry.seq > 1 else chain.GENESIS)
        ]

    def finish(self) -> Proof:
        """The outcome, with that of the whole history if it is not too long."""
        head = reading.head(self._session)
        if head.seq > WHOLE_MAX:
            return Proof(head, self._count, tuple(self._bad), None)
        report = verify(self._session)
        return Proof(head, self._count, tuple(self._bad), report.ok, "" if report.ok else str(report.findings[0]))


def _load_hashes(session: Session, numbers: list[int]) -> dict[int, str]:
    query = select(Event.seq, Event.hash).where(Event.seq.in_(numbers))
    return {row.seq: row.hash for row in session.execute(query)}
