"""The newsroom's settings as free text, for erasing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Setting
from tracker.errors import N_
from tracker.ledger.text_search import has_words
from tracker.ledger.text_stores import EventData, StoredText, TextStore

_SUBJECT = "newsroom:1"


def _find_settings(session: Session, words: str) -> list[StoredText]:
    rows = session.scalars(select(Setting).order_by(Setting.key))
    return [
        StoredText(f"setting:{row.key}", _SUBJECT) for row in rows if isinstance(row.value, str) and has_words(row.value, words)
    ]


def _empty_settings(session: Session, _words: str, chosen: list[StoredText]) -> EventData:
    keys = [each.row.partition(":")[2] for each in chosen]
    for key in keys:
        session.get_one(Setting, key).value = ""
    session.flush()
    return {_SUBJECT: {"set": dict.fromkeys(keys, "")}}


STORES = (TextStore(N_("Setting of the newsroom"), frozenset({"setting.value"}), _find_settings, _empty_settings),)
