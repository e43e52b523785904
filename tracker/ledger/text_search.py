"""Finding words in free text regardless of case, in columns of the database and in Python alike."""

import unicodedata

from sqlalchemy import ColumnElement, func, literal_column
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.ledger.texts import MASK


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
