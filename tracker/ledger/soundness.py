"""Judging one line of the chain: whether it is what was sealed there, and if not, what was done to it."""

import json
from datetime import datetime
from typing import Final, cast

import rfc8785
from sqlalchemy.orm import Session

from tracker.ledger import chain, reading
from tracker.ledger.chain import SealedEvent
from tracker.ledger.findings import Broken, What
from tracker.ledger.reading import Line
from tracker.ledger.texts import moment

# In their order in the sealed text.
_MEMBERS: Final = [("actor", str), ("at", str), ("data", dict), ("kind", str), ("seq", int), ("subject", str)]
_COLUMNS = ("actor", "subject", "kind")


class _Unsound(Exception):
    """A line contradicts itself; the message is how."""


def check(session: Session, line: Line, number: int, tip: str) -> SealedEvent:
    """The event of a line, if it is line `number` of the chain and follows the hash `tip`. Raises Broken."""
    try:
        entry = _read(line)
    except _Unsound as fault:
        raise _explain(session, line, number, tip, fault=str(fault)) from None
    if line.seq == entry["seq"] == number and line.prev_hash == tip:
        return entry
    raise _explain(session, line, number, tip, sealed_as=entry["seq"])


def _read(line: Line) -> SealedEvent:
    entry = parse_canonical(line.canonical)
    if entry is None:
        raise _Unsound("its sealed text is not the JSON that RFC 8785 asks for")
    if [(name, type(value)) for name, value in entry.items()] != _MEMBERS:
        raise _Unsound("its sealed text does not have the members of an event")
    for name in _COLUMNS:
        if getattr(line, name) != entry[name]:
            raise _Unsound(f'its column "{name}" differs from its sealed text')
    if _moment(line.at) != entry["at"]:
        raise _Unsound('its column "at" differs from its sealed text')
    if not isinstance(line.prev_hash, str) or chain.link(line.prev_hash, line.canonical) != line.hash:
        raise _Unsound("its hash does not fit its text")
    return cast(SealedEvent, entry)


class _Unclear(Exception):
    """What rfc8785 has to judge: numbers that the standard library may write in another way, members out of order or doubled."""


def _refuse(_literal: str) -> None:
    raise _Unclear


def _read_integer(literal: str) -> int:
    if len(literal) > 15 or literal == "-0":
        raise _Unclear
    return int(literal)


def _read_object(members: list[tuple[str, object]]) -> dict[str, object]:
    before = ""
    for name, _value in members:
        if name <= before:
            raise _Unclear
        before = name
    return dict(members)


_decode = json.JSONDecoder(
    parse_int=_read_integer, parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_read_object
).raw_decode


def parse_canonical(canonical: object) -> dict[str, object] | None:
    """The JSON object in the text, or None if it is not one or not in RFC 8785's form."""
    if not isinstance(canonical, str):
        return None
    try:
        entry = _parse_plain(canonical)
        if entry is None:
            entry = json.loads(canonical)
            if rfc8785.dumps(entry) != canonical.encode():
                return None
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _parse_plain(canonical: str) -> object:
    """The same for the usual case, several times quicker than encoding it again; None where it cannot tell.

    In ASCII text without escapes, fractions and long numbers, the form is canonical if there are no spaces outside of strings and
    the members of each object are in order, which leaves none of them doubled.
    """
    if not canonical.isascii() or "\\" in canonical:
        return None
    if _has_spaces(canonical) and _has_spaces("".join(canonical.split('"')[::2])):
        return None
    try:
        entry, end = _decode(canonical)
    except _Unclear:
        return None
    return entry if end == len(canonical) and isinstance(entry, dict) else None


def _has_spaces(text: str) -> bool:
    return text.split(maxsplit=1) != [text]


def _moment(at: object) -> str | None:
    if isinstance(at, datetime):
        return moment(at)
    return f"{at[:10]}T{at[11:]}Z" if isinstance(at, str) and at[10:11] == " " else None


def _explain(
    session: Session, line: Line, number: int, tip: str, *, sealed_as: int | None = None, fault: str | None = None
) -> Broken:
    """What was done, as far as it can be told. Either the line is sound but `sealed_as` another one, or it has a `fault`."""
    if line.seq < number:
        return Broken(What.INSERTED, line.seq, f"Line {line.seq} was put in: it is before the first line.")
    elsewhere = _place_of_next(session, number, tip)
    if line.seq > number:
        if elsewhere is not None:
            return _moved(number, elsewhere)
        gone = f"Line {number} is" if line.seq == number + 1 else f"Lines {number} to {line.seq - 1} are"
        return Broken(What.DELETED, number, f"{gone} missing.")
    if fault is not None:
        if elsewhere is not None:
            return _put_in(number, elsewhere)
        return Broken(What.EDITED, number, f"Line {number} was changed: {fault}.")
    if sealed_as == number:
        if elsewhere is not None:
            return _put_in(number, elsewhere)
        if number == 1:
            return Broken(What.EDITED, 1, "Line 1 does not start the chain: the hash before it is not 64 zeros.")
        return Broken(What.EDITED, number - 1, f"Line {number - 1} was replaced: line {number} was sealed upon a different one.")
    if sealed_as is not None and sealed_as < number:
        return _put_in(sealed_as, number)
    if elsewhere is not None:
        return _moved(number, elsewhere)
    return Broken(What.DELETED, number, f"Line {number} is missing: the one in its place was sealed as line {sealed_as}.")


def _moved(number: int, place: int) -> Broken:
    return Broken(What.REORDERED, number, f"The lines were reordered: what was sealed as line {number} is at place {place}.")


def _put_in(number: int, place: int) -> Broken:
    return Broken(What.INSERTED, number, f"Line {number} was put in: what was sealed as line {number} is at place {place}.")


def _place_of_next(session: Session, number: int, tip: str) -> int | None:
    """The place of the line that was truly sealed as `number` upon `tip`, if it is elsewhere."""
    for line in reading.lines_upon(session, tip):
        try:
            if line.seq != number and _read(line)["seq"] == number:
                return line.seq
        except _Unsound:
            continue
    return None
