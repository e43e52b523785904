"""Descriptors of the events of the newsroom's settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from tracker.accounts.events import ACCOUNTS
from tracker.accounts.models import Setting
from tracker.errors import N_
from tracker.ledger.descriptors import ChildTable, Descriptors, EventKind, Field, RowKind
from tracker.ledger.formatters import format_yes_no, label_formatter, text_field
from tracker.ledger.text_stores import EventData, StoredText, TextStore, has_words
from tracker.web.catalogues import LANGUAGE_NAMES

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


def _read_settings(event: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, tuple[object, str]]]]:
    values = event["data"].get("set")
    if event["subject"] == "newsroom:1" and isinstance(values, dict):
        yield 1, {key: (value, f"set.{key}") for key, value in values.items()}


DESCRIPTORS = Descriptors(
    events=(
        EventKind("newsroom.settings", N_("changed the settings of the newsroom"), ACCOUNTS),
        EventKind("newsroom.hedges", N_("changed the hedge table"), ACCOUNTS),
        EventKind("newsroom.cues", N_("changed which cues count when articles are read"), ACCOUNTS),
    ),
    rows=(
        RowKind(
            "newsroom",
            N_("the newsroom"),
            {
                "name": text_field(N_("Name")),
                "timezone": Field(N_("Time zone")),
                "language": Field(N_("Language"), label_formatter(LANGUAGE_NAMES.__getitem__)),
                "second_signature": Field(N_("Second signature"), format_yes_no),
                "second_factor_required": Field(N_("Second factor required"), format_yes_no),
                "author_may_judge": Field(N_("Authors may judge"), format_yes_no),
                "show_sample": Field(N_("Sample article shown"), format_yes_no),
                "review_after_days": Field(N_("Days until the review date")),
                "desk_address": text_field(N_("Address of the newsroom")),
                "anchor_address": text_field(N_("Outside address for anchors")),
                "digest_hour": Field(N_("Hour of the digest")),
                "working_days": Field(N_("Working days (1 is Monday)")),
                "demo": Field(N_("Demonstration"), format_yes_no),
                "holidays": text_field(N_("Holidays")),
                "name_editors": Field(N_("Editors named to readers"), format_yes_no),
                "speaker_pages": Field(N_("Pages of speakers")),
                "public_scorecards": Field(N_("Scorecards for readers"), format_yes_no),
                "method_en": text_field(N_("How we judge, in English")),
                "method_fr": text_field(N_("How we judge, in French")),
                "hedges": text_field(N_("Own lines of the hedge table")),
                "cues_off": Field(N_("Cues switched off")),
            },
        ),
    ),
    children=(
        ChildTable(
            "newsroom",
            _read_settings,
            lambda: select(literal(1), Setting.key, Setting.value).order_by(Setting.key),
            lambda rows: {row.key: row.value for row in rows},
        ),
    ),
    stores=STORES,
)
