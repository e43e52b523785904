"""Finding text to erase, shown as a list to choose from. The erasing itself is the ledger's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.models import Note
from tracker.errors import N_, Message
from tracker.ledger import queries
from tracker.ledger.descriptions import describe, load_names
from tracker.ledger.descriptors import ROW_KINDS, name_row
from tracker.ledger.erasing import Occurrences, find_occurrences
from tracker.ledger.redaction import Place
from tracker.ledger.row_texts import RowText, find_subject, read_row_text
from tracker.ledger.rows import split, tracked_tables
from tracker.ledger.text_stores import StoredText

SHOWN_MAX: Final = 500
WORDS_MAX: Final = 400  # code points of a text by which it is found


@dataclass(frozen=True)
class FoundText:
    """One occurrence as the page shows it; `key` names it in a form. `seq` and `at` are of an event, `text` is what goes."""

    key: str
    label: Message
    row: str
    text: str = ""
    seq: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Found:
    """What was found. `count` is of all, of which at most SHOWN_MAX are in `texts`; `occurrences` are those by key."""

    texts: list[FoundText]
    count: int
    occurrences: dict[str, Place | RowText | tuple[str, StoredText]]

    def choose(self, keys: Iterable[str]) -> Occurrences:
        """The occurrences of these keys. A place in an event that is not among them is kept: erasing it raises what is wrong."""
        wanted = [found for key in keys if (found := self.occurrences.get(key) or _parse_place(key))]
        stored: dict[str, list[StoredText]] = {}
        for each in wanted:
            if not isinstance(each, Place | RowText):
                stored.setdefault(each[0], []).append(each[1])
        return Occurrences(
            [each for each in wanted if isinstance(each, Place)], [each for each in wanted if isinstance(each, RowText)], stored
        )


def _parse_place(key: str) -> Place | None:
    seq, _, field = key.partition("~")
    return Place(int(seq), field) if seq.isascii() and seq.isdigit() and len(seq) < 19 else None


@dataclass(frozen=True)
class RowWords:
    """One text of a row, and the words by which to find it: its first line, or the start of that."""

    whole: str
    words: str


def texts_of_row(session: Session, row: str, subject: str) -> list[RowWords]:
    """The texts that a row ("note:5") holds now, each once; none where its events are not about the subject."""
    kind, number = split(row) or ("", 0)
    if kind == "note":  # its text is in its event and in a store, not in a tracked row
        query = select(Note.body).where(Note.id == number, Note.claim_id == (split(subject) or ("", 0))[1])
        values = session.execute(query).one_or_none()
    elif kind in tracked_tables() and find_subject(session, row) == subject:
        tracked = tracked_tables()[kind]
        columns = [tracked.table.c[name] for name in tracked.view.texts]
        values = session.execute(select(*columns).where(tracked.table.c.id == number)).one_or_none() if columns else None
    else:
        return []
    texts = dict.fromkeys(value.strip() for value in values or () if isinstance(value, str) and value.strip())
    return [RowWords(text, text.splitlines()[0][:WORDS_MAX].strip()) for text in texts]


def find(session: Session, words: str, subject: str = "") -> Found:
    """Everywhere the words are kept: in events, oldest first, then in rows, then elsewhere."""
    found = find_occurrences(session, words, subject)
    by_key: dict[str, Place | RowText | tuple[str, StoredText]] = {f"{each.seq}~{each.field}": each for each in found.places}
    by_key |= {f"{each.row}~{each.field}": each for each in found.rows}
    by_key |= {f"{label}~{each.row}": (label, each) for label, stored in found.stored.items() for each in stored}
    shown = dict(list(by_key.items())[:SHOWN_MAX])
    texts = _show_places(session, [each for each in shown.values() if isinstance(each, Place)])
    texts += [_show_row(session, key, each) for key, each in shown.items() if isinstance(each, RowText)]
    texts += [
        FoundText(key, Message(each[0]), each[1].subject or each[1].row)
        for key, each in shown.items()
        if not isinstance(each, Place | RowText)
    ]
    return Found(texts, found.count, shown)


def _show_places(session: Session, places: Sequence[Place]) -> list[FoundText]:
    entries = {entry.seq: entry for entry in queries.get_events(session, [place.seq for place in places])}
    names = load_names(session, entries.values())
    return [
        FoundText(
            f"{place.seq}~{place.field}",
            describe(entries[place.seq], names).whole,
            entries[place.seq].subject,
            entries[place.seq].read_text(place.field),
            place.seq,
            entries[place.seq].at,
        )
        for place in places
    ]


def _show_row(session: Session, key: str, found: RowText) -> FoundText:
    kind, _ = split(found.row) or ("", 0)
    described = ROW_KINDS.get(kind)
    label = described.fields[found.field].label if described and found.field in described.fields else found.field
    shown = Message(N_("%(row)s: %(field)s"), {"row": name_row(found.row, {}), "field": Message(label)})
    return FoundText(key, shown, found.subject, read_row_text(session, found))
