"""What the check of an import promises is what its run does, whatever the names in it."""

import csv
import io
import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.factories import make_speaker, make_topic
from tests.imports import support as importing
from tests.imports.support import Importing
from tests.ledger.support import checked
from tracker.claims.models import Claim, Speaker, Topic
from tracker.db import Database

importing = importing.importing

COLUMNS = ("id", "claim", "speaker", "affiliation", "topics", "title", "published", "due", "probability")
TOPICS = (
    "C",
    "C++",
    "C#",
    "Выборы 2024",
    "Олимпиада 2024",
    "2024",
    "เศรษฐกิจ",
    "اقتصاد",
    "经济",
    "Été",
    "E\u0301te\u0301",
    "ete",
    "+++",
    "",
)
NAMES = ("José Müller", "Jose\u0301 Mu\u0308ller", "José\u200b Müller", "JOSÉ  MÜLLER", "Jose Muller", "Null", "The article", "")
ROW = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["", "1", "2", "3"]),
        "claim": st.sampled_from(["It will rain", "it will  RAIN", "It will snow", ""]),
        "speaker": st.sampled_from(NAMES),
        "affiliation": st.sampled_from(["", "Party", "party", "Union"]),
        "topics": st.lists(st.sampled_from(TOPICS), max_size=3).map("; ".join),
        "title": st.sampled_from(["Forecasts", "FORECASTS", "Prévisions", ""]),
        "published": st.sampled_from(["2024-01-15", "2024-01-16", "soon"]),
        "due": st.sampled_from(["2024-07-01", "2023-01-01", ""]),
        "probability": st.sampled_from(["", "60 %", "120 %"]),
    }
)  # fmt: skip
EXAMPLE = itertools.count(1)
SAME = (
    "rows",
    "created",
    "unchanged",
    "changed",
    "repeated",
    "bad",
    "drafts",
    "articles",
    "speakers",
    "topics",
    "unplaced",
    "notes",
)


def named_anew(row: dict[str, str], number: int) -> dict[str, str]:
    topics = "; ".join(f"{topic} {number}" if topic.strip("+") else topic for topic in row["topics"].split("; "))
    speaker = row["speaker"] if row["speaker"] in ("", "The article") else f"{row['speaker']} {number}"
    return row | {"topics": topics, "speaker": speaker, "title": row["title"] and f"{row['title']} {number}"}


def as_csv(rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def counted(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0 for model in (Claim, Speaker, Topic)
        }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_check_promises_what_the_run_does(database: Database, importing: Importing, rows: list[dict[str, str]]):
    # The database keeps what earlier examples stored: with names of its own each meets an empty newsroom, then its own rows.
    number = next(EXAMPLE)
    rows = [named_anew(row, number) for row in rows]
    before = counted(database)
    bringing = importing(as_csv(rows), defaults={"language": "en"})
    planned = bringing.check()
    run = bringing.run()
    assert [(name, getattr(run, name)) for name in SAME] == [(name, getattr(planned, name)) for name in SAME]
    after = counted(database)
    made: dict[str, Any] = {"claim": run.created, "speaker": run.speakers, "topic": run.topics}
    assert {name: after[name] - before[name] for name in made} == made
    again = importing(as_csv(rows), defaults={"language": "en"}).check()
    assert (again.created, again.speakers, again.topics) == (0, 0, 0)


def test_history_verifies_after_names_in_every_script(database: Database, importing: Importing):
    rows = [{"claim": f"Claim {n}", "topics": topic, "speaker": name, "title": "Forecasts", "published": "2024-01-15"}
            for n, (topic, name) in enumerate(zip(TOPICS[:11], NAMES * 2, strict=False))]  # fmt: skip
    tally = importing(as_csv([{**dict.fromkeys(COLUMNS, ""), **row} for row in rows]), defaults={"language": "en"}).run()
    assert tally.bad == 0
    assert checked(database, rows=True).findings == []
    with database.reading() as session:
        labels = set(session.scalars(select(Topic.label_en)))
        assert {"C", "C++", "C#", "Выборы 2024", "Олимпиада 2024", "2024", "เศรษฐกิจ", "اقتصاد", "经济", "Été"} == labels
        assert len(list(session.scalars(select(Speaker.name)))) == 3


def test_names_that_are_here_are_found_however_they_are_written(database: Database, importing: Importing):
    with database.writing() as session:
        speaker, topic = make_speaker(session, "José Müller"), make_topic(session, "Выборы 2024")
        numbers = (speaker.id, topic.id)
    tally = importing(
        "claim,speaker,topics,title,published\n"
        "a,Jose\u0301 Mu\u0308ller,выборы 2024,F,2024-01-15\nb,JOSÉ\u200b MÜLLER,ВЫБОРЫ  2024,F,2024-01-15\n",
        defaults={"language": "en"},
    ).run()
    assert (tally.created, tally.speakers, tally.topics) == (2, 0, 0)
    with database.reading() as session:
        assert set(session.scalars(select(Claim.speaker_id))) == {numbers[0]}
