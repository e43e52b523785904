"""Free text outside events and tracked rows, such as translations, notes and kept files. Packages register theirs for erasing."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, UniqueConstraint, func, inspect, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.ledger.texts import MARK, MASK


def fold(text: str) -> str:
    """The text without a difference of capitals or of composed and decomposed letters."""
    return unicodedata.normalize("NFD", text).casefold()


def has_words(text: str, words: str) -> bool:
    """Whether a text holds these words."""
    return fold(words) in fold(text)


def column_has(
    session: Session, column: InstrumentedAttribute[object] | ColumnElement[object], words: str
) -> ColumnElement[bool]:
    """The condition that a column holds these words."""
    if session.get_bind().dialect.name == "sqlite":
        raw = session.connection().connection.driver_connection
        assert raw is not None
        # SQLite knows no capitals beyond ASCII.
        raw.create_function("fold_text", 1, lambda text: fold(text) if isinstance(text, str) else "", deterministic=True)
        return func.instr(func.fold_text(column), fold(words)) > 0
    normalized = func.normalize(column, literal_column("NFD"))
    return func.strpos(func.lower(normalized), unicodedata.normalize("NFD", words).lower()) > 0


def mask(text: str, words: str) -> str:
    """The text with each letter of these words masked; its length stays."""
    owners: list[int] = []
    pieces: list[str] = []
    for place, letter in enumerate(text):
        pieces.append(fold(letter))
        owners += [place] * len(pieces[-1])
    folded, wanted = "".join(pieces), fold(words)
    masked = list(text)
    start = folded.find(wanted)
    while start >= 0:
        for place in owners[start : start + len(wanted)]:
            masked[place] = MASK
        start = folded.find(wanted, start + len(wanted))
    return "".join(masked)


EventData = dict[str, dict[str, Any]]  # data of an event by its subject


@dataclass(frozen=True)
class StoredText:
    """A row of a store that holds the words; `subject` is what its events are about ("claim:3"), "" where it has none."""

    row: str
    subject: str = ""


@dataclass(frozen=True)
class TextStore:
    """Where such text is and how it is erased. `columns` ("saved_view.name") are those it answers for.

    `erase` returns what the events of the subjects are to say besides, by subject; {} for each that has nothing to say.
    """

    label: str
    columns: frozenset[str]
    find: Callable[[Session, str], list[StoredText]]
    erase: Callable[[Session, str, list[StoredText]], EventData]


def column_store(
    label: str,
    *columns: InstrumentedAttribute[object],
    json_columns: tuple[InstrumentedAttribute[object], ...] = (),
    subject: Callable[[Any], str] = lambda _row: "",
) -> TextStore:
    """A store of the columns of one model. Each text that holds the words is replaced by the mark, in JSON each such string.

    In a column whose values are unique the mark carries the row's id.
    """
    model = (*columns, *json_columns)[0].class_
    table = model.__table__
    keys = [column.name for column in inspect(model).primary_key]

    def rows(session: Session, words: str) -> Iterator[Any]:
        if columns:
            yield from session.scalars(select(model).where(or_(*(column_has(session, each, words) for each in columns))))
        if json_columns:  # parsed here: JSON writes letters in several ways
            for row in session.scalars(select(model)):
                if any(has_words(text, words) for each in json_columns for text in _strings(_parse(getattr(row, each.key)))):
                    yield row

    def find(session: Session, words: str) -> list[StoredText]:
        found = {_name(row): StoredText(_name(row), subject(row)) for row in rows(session, words)}
        return list(found.values())

    def _name(row: object) -> str:
        return f"{table.name}:{','.join(str(getattr(row, key)) for key in keys)}"

    def erase(session: Session, words: str, chosen: list[StoredText]) -> EventData:
        names = {each.row for each in chosen}
        for row in list(rows(session, words)):
            if _name(row) not in names:
                continue
            for each in columns:
                if has_words(getattr(row, each.key) or "", words):
                    setattr(row, each.key, numbered_mark(row.id) if _is_unique(each) else MARK)
            for each in json_columns:
                setattr(row, each.key, _replaced(getattr(row, each.key), words))
        session.flush()
        return {each.subject: {} for each in chosen if each.subject}

    return TextStore(label, frozenset(f"{table.name}.{each.key}" for each in (*columns, *json_columns)), find, erase)


def numbered_mark(number: int) -> str:
    """The mark where two rows may not hold the same text."""
    return f"{MARK} {number}"


def _is_unique(attribute: InstrumentedAttribute[object]) -> bool:
    table = attribute.class_.__table__
    constraints = [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    indexes = [each.columns for each in table.indexes if each.unique]
    return any(attribute.key in columns for columns in (*constraints, *indexes))


def _parse(value: object) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _replaced(value: object, words: str) -> Any:
    if isinstance(value, str):
        parsed = _parse(value)
        if parsed is not value and not isinstance(parsed, int | float):
            return json.dumps(_replace(parsed, words), ensure_ascii=False)
        return MARK if has_words(value, words) else value
    return _replace(value, words)


def _replace(value: object, words: str) -> Any:
    if isinstance(value, str):
        return MARK if has_words(value, words) else value
    if isinstance(value, dict):
        return {(MARK if has_words(str(key), words) else key): _replace(inner, words) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_replace(inner, words) for inner in value]
    return value
