"""Where words still stand today, outside the history, and what can be done about it there.

Erasing reaches the history alone. Rows that can be edited are to be changed first; some rows are written once and keep what they
hold; of both the chief is told before erasing anything.
"""

import enum
from collections.abc import Iterator
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import ArticleText
from tracker.claims.models import Claim, ClaimTranslation, Note, SpeakerAlias
from tracker.errors import N_, Message
from tracker.ledger.descriptors import get_row_kind
from tracker.ledger.redaction import find_in_rows
from tracker.ledger.registry import split


class Remedy(enum.Enum):
    """What the newsroom can do about words in a row."""

    EDIT = N_("Change it there first; the change leaves another line, whose words you then erase as well.")
    FROZEN = N_(
        "It can be changed while no verdict is proposed or signed: send back or reopen, change it, erase the lines it leaves."
    )
    NEVER = N_("This is written once and cannot be changed by the tracker. It stays in the database and on the desk’s pages.")
    WITH_IT = N_("It goes together with its line.")


class Standing(NamedTuple):
    """One place: what it is called, and what can be done. `row` is the name of the row ("claim:3")."""

    row: str
    label: Message
    remedy: Remedy


_ONCE: Final = ("verdict", "decision", "postscript", "evidence", "check")
_FROZEN: Final = ("proposed", "resolved")


def find(session: Session, subject: str, words: str) -> list[Standing]:
    """Every text of today that holds these words, in the rows that the events of a subject speak of and in those beside them."""
    held = find_in_rows(session, subject, words)
    found = [Standing(each.row, _label(each.row, each.field), _remedy(session, each.row)) for each in held]
    return [*found, *_beside(session, subject, words.casefold())]


def _label(row: str, field: str) -> Message:
    kind = row.partition(":")[0]
    described = get_row_kind(kind)
    return Message(described.fields[field].label if described and field in described.fields else field)


def _remedy(session: Session, row: str) -> Remedy:
    kind, number = split(row) or ("", 0)
    if kind in _ONCE:
        return Remedy.NEVER
    if kind == "claim":
        return Remedy.FROZEN if session.get_one(Claim, number).status in _FROZEN else Remedy.EDIT
    return Remedy.EDIT


def _beside(session: Session, subject: str, wanted: str) -> Iterator[Standing]:
    """Rows that the history does not follow."""
    kind, number = split(subject) or ("", 0)
    if kind == "claim":
        for words in session.scalars(select(ClaimTranslation).where(ClaimTranslation.claim_id == number)):
            for field in ("statement", "confirmed_if", "refuted_if", "condition"):
                if wanted in getattr(words, field).casefold():
                    label = Message(N_("Our words in the other language"))
                    yield Standing(subject, label, _remedy(session, subject))
        for note in session.scalars(select(Note).where(Note.claim_id == number)):
            if wanted in note.body.casefold():
                yield Standing(f"note:{note.id}", Message(N_("Note for the desk")), Remedy.WITH_IT)
    elif kind == "article":
        for text in session.scalars(select(ArticleText).where(ArticleText.article_id == number).order_by(ArticleText.number)):
            if wanted in text.body.casefold():
                label = Message(N_("Text number %(number)s of the article"), {"number": text.number})
                yield Standing(f"article_text:{text.id}", label, Remedy.NEVER)
    elif kind == "speaker":
        for alias in session.scalars(select(SpeakerAlias).where(SpeakerAlias.speaker_id == number)):
            if wanted in alias.name.casefold():
                yield Standing(subject, Message(N_("Another name of the speaker")), Remedy.EDIT)
