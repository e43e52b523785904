"""Our own export, brought into an empty newsroom, gives equal claims."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import DESK, make_claim, make_editor, on
from tests.ledger.support import checked
from tracker.articles import services as articles
from tracker.claims.enums import WITH_BAND, Attribution, Certainty, ConditionStatus, DeadlineSource, QuoteKind, SpeakerKind
from tracker.claims.services import editing, moves, speakers
from tracker.claims.services import topics as topic_services
from tracker.db import Database
from tracker.errors import Invalid
from tracker.exports import claims, formats, workbook
from tracker.exports.tables import TABLES
from tracker.imports import job_store, runner
from tracker.imports.columns import profile
from tracker.imports.models import State
from tracker.imports.readers import open_table
from tracker.imports.stats import ImportStats

FORMATS = ("csv", "excel", "jsonl", "xlsx")
# Numbers of the newsroom, and moments of storing; and where a quote stands in a text that the export does not hold.
APART = {"claim_id", "article_id", "speaker_id", "external_id", "created_at", "updated_at"}
PLACES = {"text_number", "quote_start", "quote_end"}

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
CELLS = st.one_of(
    TEXTS, st.sampled_from(["=1+1", "'=x", "''", "-5", "@a", "N/A", "null", "–", "3/4/2024", '1,5;\n"x"', "_x000D_", "a; b"])
)
SHOWN = CELLS.filter(lambda text: any(c.isalnum() for c in text))
LANGUAGES = st.sampled_from(["en", "fr", "de", "pt-BR"])


@st.composite
def claim_fields(draw: Any) -> dict[str, Any]:
    certainty = draw(st.sampled_from(Certainty))
    made_on = draw(DAYS)
    later = st.integers(0, 4_000).map(lambda days: made_on + timedelta(days=days))
    deadline = draw(st.none() | later)
    band = (
        sorted(draw(st.tuples(st.integers(0, 100), st.integers(0, 100))))
        if certainty in WITH_BAND and draw(st.booleans())
        else None
    )
    condition = draw(CELLS)
    said: dict[str, Any] = {
        "statement": draw(SHOWN), "language": draw(LANGUAGES), "quote": draw(CELLS),
        "quote_kind": draw(st.sampled_from(QuoteKind)),
        "quote_language": draw(st.none() | LANGUAGES), "paragraph": draw(st.none() | st.integers(1, 99)), "hedge": draw(CELLS),
        "certainty": certainty, "condition": condition, "confirmed_if": draw(CELLS), "refuted_if": draw(CELLS),
        "made_on": made_on, "deadline_on": deadline, "review_on": draw(later),
        "deadline_source": draw(st.sampled_from(DeadlineSource)) if deadline or draw(st.booleans()) else None,
    }  # fmt: skip
    if condition.strip():
        said["condition_status"] = draw(st.none() | st.sampled_from(ConditionStatus))
    if band:
        said["likelihood_low"], said["likelihood_high"] = band
    return said


@st.composite
def newsrooms(draw: Any) -> list[dict[str, Any]]:
    """What to store: per claim its article, speaker, topics, translation, status and fields."""
    papers = draw(
        st.lists(
            st.fixed_dictionaries({
                "title": SHOWN, "language": LANGUAGES, "published_on": DAYS, "outlet": CELLS, "author": CELLS,
                "url": st.sampled_from([None, "https://example.org/1", "https://example.org/é"]),
                "external_id": st.none(),
            }),
            min_size=1, max_size=3,
        )
    )  # fmt: skip
    names = draw(
        st.lists(
            st.tuples(SHOWN, st.sampled_from(SpeakerKind), CELLS), max_size=3, unique_by=lambda s: (s[0].strip(), s[2].strip())
        )
    )
    return draw(
        st.lists(
            st.fixed_dictionaries({
                "article": st.sampled_from(papers),
                "speaker": st.none() | st.sampled_from(names) if names else st.none(),
                "implied": st.booleans(),
                "topics": st.sets(st.sampled_from(["trade", "war-and-peace", "économie"]), max_size=2),
                "translation": st.none() | CELLS,
                "status": st.sampled_from(["draft", "open", "open"]),
                "owned": st.booleans(),
                "external_id": st.none() | st.integers(1, 10**6),
                "fields": claim_fields(),
            }),
            min_size=1, max_size=6, unique_by=lambda claim: claim["external_id"] or object(),
        )
    )  # fmt: skip


def store(database: Database, newsroom: list[dict[str, Any]]) -> None:
    owner = make_editor(database, "Ann Lee", email="ann@example.org")
    made: dict[Any, Any] = {}
    with database.writing() as session:
        for each in newsroom:
            article = _once(made, repr(each["article"]), lambda each=each: articles.create(session, DESK, **each["article"]))
            fields_ = dict(each["fields"])
            if each["speaker"]:
                fields_["speaker_id"] = _speaker(session, made, *each["speaker"])
                fields_["attribution"] = Attribution.IMPLIED if each["implied"] else Attribution.STATED
            topics = tuple(
                _once(
                    made,
                    ("topic", key),
                    lambda key=key: topic_services.add_topic(session, actor=DESK, label_en=key, label_fr=key, key=key),
                ).id
                for key in each["topics"]
            )
            try:
                claim = editing.create(
                    session, article, actor=DESK, topic_ids=topics, owner_id=owner.id if each["owned"] else None,
                    external_id=str(each["external_id"]) if each["external_id"] else None, at=on(date(2024, 6, 1)), **fields_,
                )  # fmt: skip
            except Invalid:
                continue  # such as a text that shows nothing
            if each["translation"]:
                editing.set_translation(
                    session, claim, "it", {"statement": "Tradotto", "condition": each["translation"]}, actor=DESK
                )
            if each["status"] == "open":
                moves.track(session, claim, actor=DESK, version=claim.version)


def _once(made: dict[Any, Any], key: Any, make: Callable[[], Any]) -> Any:
    if key not in made:
        made[key] = make()
    return made[key]


def _speaker(session: Session, made: dict[Any, Any], name: str, kind: SpeakerKind, affiliation: str) -> int:
    key = ("speaker", name.strip(), affiliation.strip())
    return int(
        _once(made, key, lambda: speakers.add_speaker(session, actor=DESK, name=name, kind=kind, affiliation=affiliation)).id
    )


def export(database: Database, path: Path, kind: str) -> None:
    with database.reading() as session:
        rows = TABLES["claims"].rows(session)
        if kind == "xlsx":
            workbook.write_workbook(path, "claims", claims.COLUMNS, rows)
        else:
            pieces = (
                formats.format_jsonl(claims.COLUMNS, rows)
                if kind == "jsonl"
                else formats.format_csv(claims.COLUMNS, rows, excel=kind == "excel")
            )
            path.write_bytes("".join(pieces).encode())


def bring(database: Database, path: Path, kind: str) -> ImportStats:
    name = f"claims.{'csv' if kind == 'excel' else kind}"
    table = open_table(path, name)
    plan = profile.guess_mapping(profile.profile_table(table))
    source = runner.Source(name, path.stat().st_size, "0" * 64, table, plan)
    bad: list[Any] = []
    with database.writing() as session:
        number = job_store.create_cli_job(session, name, kind=kind, size=1, sha256="0" * 64, editor_id=None).id
    tally = runner.run_whole(database, source, DESK, job_store.Checkpoint(number, State.COMMAND), bad_row=bad.append)
    assert [problem for row in bad for problem in row.problems] == []
    return tally


def rows_of(database: Database, without: set[str] = frozenset()) -> list[dict[str, Any]]:  # type: ignore[assignment]
    with database.reading() as session:
        found = [dict(zip(claims.COLUMNS, row, strict=True)) for row in TABLES["claims"].rows(session)]
    return [{name: value or None for name, value in row.items() if name not in APART | without} for row in found]


@settings(
    max_examples=5,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(newsroom=newsrooms(), kind=st.sampled_from(FORMATS))
def test_any_claims_come_back_as_they_were(
    database_factory: Callable[..., Database], backend: str, tmp_path: Path, newsroom: list[dict[str, Any]], kind: str
):
    source, target = database_factory(backend), database_factory(backend)
    store(source, newsroom)
    make_editor(target, "Ann Lee", email="ann@example.org")
    expected = rows_of(source)
    if not expected:
        return
    export(source, tmp_path / "export", kind)
    tally = bring(target, tmp_path / "export", kind)
    assert tally.created == len(expected)
    assert rows_of(target) == expected
    assert checked(target, rows=True).findings == []
    # Once more changes nothing, in the new newsroom and in the old one.
    for database in (target, source):
        again = bring(database, tmp_path / "export", kind)
        assert (again.created, again.changed, again.unchanged) == (0, 0, len(expected))


@pytest.mark.parametrize("kind", FORMATS)
def test_claims_of_every_status_come_back_without_their_verdicts(
    database: Database, database_factory: Callable[..., Database], backend: str, tmp_path: Path, kind: str
):
    for status in ("draft", "open", "due", "proposed", "resolved", "under_review", "withdrawn"):
        make_claim(database, status, statement=f"Claim {status}")
    target = database_factory(backend)
    export(database, tmp_path / "export", kind)
    tally = bring(target, tmp_path / "export", kind)
    gone = {"status", "verdict", "withdraw_reason"}
    assert rows_of(target, gone) == rows_of(database, gone)
    becomes = {"draft": "draft", "withdrawn": "draft"}
    assert [row["status"] for row in rows_of(target)] == [becomes.get(row["status"], "open") for row in rows_of(database)]
    assert {row["verdict"] for row in rows_of(target)} == {None}
    assert tally.notes == 4
