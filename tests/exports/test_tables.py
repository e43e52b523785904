"""All exportable tables, the archive of them, and the state of an earlier day."""

import csv
import io
import itertools
import json
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from tests.factories import PUBLISHED_ON, on
from tracker import clock
from tracker.claims.enums import Attribution, Outcome, Stance, Visibility
from tracker.claims.models import Claim
from tracker.claims.services import editing, evidence
from tracker.errors import Invalid
from tracker.exports import archive, formats, snapshot, workbook
from tracker.exports.data_dictionary import MEANINGS
from tracker.exports.query import Filters
from tracker.exports.tables import TABLES
from tracker.imports.readers import open_table
from tracker.ledger import redaction
from tracker.ledger.reading import one_moment


def read(database, name, filters=None):
    table = TABLES[name]
    with one_moment(database) as session:
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows(session, filters)]


def everything(database):
    return {name: read(database, name) for name in TABLES if name != "events"}


@pytest.fixture
def busy(database, make_claim, make_evidence, make_check, make_speaker, make_topic, make_editor):
    """A newsroom with something in every table, and things in it that must not leave."""
    speaker = make_speaker("Ann Example", affiliation="Institute")
    claim = make_claim(
        "resolved",
        outcome=Outcome.REFUTED,
        speaker_id=speaker.id,
        attribution=Attribution.IMPLIED,
        topics=[make_topic("Arms deals", "Contrats d’armement")],
        owner=make_editor(),
        external_id="X-1",
    )
    make_evidence(claim, stance=Stance.SUPPORTS, title="Kept inside", visibility=Visibility.INTERNAL)
    make_check(claim, visibility=Visibility.PUBLIC)
    make_check(claim, found="Found inside")
    editor = make_editor()
    with database.writing() as session:
        mine = session.get_one(Claim, claim.id)
        evidence.add_note(session, mine, "A private word.", actor=editor.actor)
    draft = make_claim("draft")
    with database.writing() as session:
        mine = session.get_one(Claim, draft.id)
        editing.set_translation(session, mine, "fr", {"statement": "Le sommet apportera un contrat."}, actor=editor.actor)
    return claim


def test_every_column_of_every_table_has_its_meaning_in_both_languages():
    columns = {column for table in TABLES.values() for column in table.columns}

    assert set(MEANINGS) == columns
    assert all(english and french for english, french in MEANINGS.values())


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_gives_as_many_values_as_columns(database, busy, name):
    assert read(database, name)


def test_internal_evidence_and_private_notes_are_in_no_export(database, busy, tmp_path):
    with one_moment(database) as session:
        archive.write_archive(tmp_path / "all.zip", session)

    with zipfile.ZipFile(tmp_path / "all.zip") as opened:
        text = "".join(opened.read(name).decode("utf-8") for name in opened.namelist())

    assert "Ann Example" in text
    assert "Kept inside" not in text
    assert "A private word." not in text


def test_implied_speaker_is_exported_as_implied(database, busy):
    rows = read(database, "claims") + read(database, "verdicts")

    named = [row for row in rows if row["speaker"] == "Ann Example"]
    assert named
    assert all(row["attribution"] == "implied" for row in named)


def test_claims_are_all_there_with_their_translation_and_external_id(database, busy):
    resolved, draft = read(database, "claims")

    assert (resolved["external_id"], resolved["status"], resolved["verdict"]) == ("X-1", "resolved", "refuted")
    assert (draft["status"], draft["translation_language"]) == ("draft", "fr")
    assert draft["translation_statement"] == "Le sommet apportera un contrat."
    assert resolved["translation_language"] is None


def test_verdict_history_holds_every_decision(database, busy):
    [row] = read(database, "verdict-history")

    assert (row["claim_id"], row["number"], row["proposal"], row["decision"]) == (busy.id, 1, "verdict", "signed")
    assert row["proposed_by"] != row["decided_by"]


def test_events_are_the_sealed_lines_byte_for_byte(database, busy):
    rows = read(database, "events")

    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(json.loads(row["event"])["seq"] == row["seq"] for row in rows)
    assert all(row["prev_hash"] == before["hash"] for before, row in itertools.pairwise(rows))


@pytest.mark.parametrize("name", ["evidence", "checks", "events"])
def test_a_filter_that_would_be_ignored_is_refused(name):
    with pytest.raises(Invalid):
        TABLES[name].check(Filters(outcome=Outcome.CONFIRMED))


def test_a_workbook_holds_texts_as_texts(tmp_path):
    path = tmp_path / "a.xlsx"
    rows = [["=1+1", 7, None, True, date(2024, 3, 11), ("a", "b"), "x" * 40_000]]

    assert workbook.write_workbook(path, "verdicts", list("abcdefg"), rows) == 1

    head, row = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert head == tuple("abcdefg")
    assert row == ("=1+1", 7, None, True, "2024-03-11", "a; b", workbook.TOO_LONG)


def test_what_one_sheet_cannot_hold_goes_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 3)

    workbook.write_workbook(tmp_path / "a.xlsx", "claims", ["n"], [[n] for n in range(5)])

    found = [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets]
    assert found == [[("n",), (0,), (1,)], [("n",), (2,), (3,)], [("n",), (4,)]]


def test_a_workbook_without_rows_still_has_its_head(tmp_path):
    workbook.write_workbook(tmp_path / "a.xlsx", "claims", ["n"], [])

    assert list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)) == [("n",)]


def test_archive_names_its_files_and_ledger_head(database, busy, tmp_path):
    with one_moment(database) as session:
        archive.write_archive(tmp_path / "all.zip", session)

    with zipfile.ZipFile(tmp_path / "all.zip") as opened:
        manifest = json.loads(opened.read("manifest.json"))
        history = opened.read("history.jsonl").decode("utf-8").splitlines()
        dictionary = list(csv.DictReader(io.StringIO(opened.read("dictionary.csv").decode("utf-8"))))
        assert {f"{name}.csv" for name in TABLES} < set(opened.namelist())
    assert manifest["rows"]["claims"] == 2
    assert manifest["history_head"]["seq"] == len(history)
    assert manifest["history_head"]["hash"] == json.loads(history[-1])["hash"]
    assert {row["table"] for row in dictionary} == set(TABLES)


# --- the state of an earlier day ---


def at(database, day):
    with snapshot.restore_snapshot(database, day) as past:
        return past.head, everything(past.database)


def test_rebuilt_from_the_history_today_is_today(database, busy):
    _head, past = at(database, clock.today("Europe/Paris"))

    now = everything(database)
    for name, rows in now.items():
        for then, living in zip(past[name], rows, strict=True):
            assert {c: (v, living[c]) for c, v in then.items() if v != living[c]} == {}, name


def test_a_day_before_anything_happened_is_empty(database, busy):
    head, past = at(database, PUBLISHED_ON - timedelta(days=2))

    assert head.seq == 0
    assert all(rows == [] for rows in past.values())


def test_an_earlier_day_has_the_words_of_that_day(database, make_claim, make_editor):
    claim = make_claim("open", statement="The first words.")
    editor = make_editor()
    with database.writing() as session:
        mine = session.get_one(Claim, claim.id)
        later = on(PUBLISHED_ON + timedelta(days=10))
        editing.edit(session, mine, {"statement": "Other words."}, actor=editor.actor, version=mine.version, at=later)

    _head, before = at(database, PUBLISHED_ON + timedelta(days=9))
    _head, after = at(database, PUBLISHED_ON + timedelta(days=10))

    assert before["claims"] == []  # the article was stored today; what is younger than the day is not there
    assert [row["statement"] for row in read(database, "claims")] == ["Other words."]
    assert after["claims"] == []


def test_what_was_erased_since_reads_as_erased(database, make_claim, make_editor):
    make_claim("draft", statement="A name typed by mistake.")
    chief = make_editor(roles=("chief",))
    with database.writing() as session:
        [event] = [row for row in read(database, "events") if row["kind"] == "claim.created"]
        redaction.redact(session, event["seq"], ["set.statement"], "It names a minor.", chief.actor)

    _head, past = at(database, clock.today("Europe/Paris"))

    assert [row["statement"] for row in past["claims"]] == [snapshot.ERASED]


def test_no_password_goes_into_the_copy(database, make_editor):
    make_editor(password="a long enough pass phrase")

    with snapshot.restore_snapshot(database, clock.today("Europe/Paris")) as past, past.database.reading() as session:
        from tracker.accounts.models import Editor

        assert [(editor.password, "@" in editor.email) for editor in session.query(Editor)] == [(None, False)]


def test_csv_of_real_rows_is_read_back_by_pandas(database, busy, tmp_path):
    import pandas

    file = tmp_path / "claims.csv"
    with one_moment(database) as session:
        table = TABLES["claims"]
        file.write_bytes("".join(formats.format_csv(table.columns, table.rows(session, None), excel=True)).encode("utf-8"))

    frame = pandas.read_csv(file, sep=";", dtype=str, keep_default_na=False)

    assert list(frame.columns) == list(TABLES["claims"].columns)
    assert frame["statement"].tolist() == [row["statement"] for row in read(database, "claims")]


# --- what leaves and what is counted ---


def test_checks_are_exported_only_when_public(database, busy):
    found = [row["found"] for row in read(database, "checks")]
    assert len(found) == 1
    assert "Found inside" not in found


@pytest.mark.parametrize("name", list(TABLES))
def test_count_is_the_number_of_rows(database, busy, name):
    with one_moment(database) as session:
        assert TABLES[name].count(session, Filters(), 1_000) == len(read(database, name))


def test_count_stops_at_its_limit(database, make_claim):
    for _ in range(3):
        make_claim("open")
    with one_moment(database) as session:
        assert TABLES["claims"].count(session, Filters(), 2) == 2


def test_period_includes_both_of_its_days(database, make_claim):
    make_claim("open")
    today = date.fromisoformat(read(database, "claims")[0]["updated_at"][:10])
    for since, until, rows in (
        (today, today, 1),
        (today - timedelta(days=1), today - timedelta(days=1), 0),
        (today + timedelta(days=1), None, 0),
        (None, today, 1),
        (None, today - timedelta(days=1), 0),
    ):
        assert len(read(database, "claims", Filters(since=since, until=until))) == rows, (since, until)


def test_workbook_has_a_filter_and_wide_columns_for_texts(tmp_path):
    columns = ["claim_id", "statement"]
    workbook.write_workbook(tmp_path / "a.xlsx", "claims", columns, [[n, "It will rain"] for n in range(3)])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet.auto_filter.ref == "A1:B4"
    assert sheet.column_dimensions["B"].width > 2 * sheet.column_dimensions["A"].width


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.integers(0, 10**12)), max_size=20))
def test_workbook_is_read_back_as_it_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    workbook.write_workbook(path, "any", ["text", "number"], rows)
    found = list(openpyxl.load_workbook(path).active.iter_rows(min_row=2, values_only=True))
    expected = [(text or None, number) for text, number in rows]
    assert [(unescape(text) if text else text, number) for text, number in found] == expected


def test_our_reader_takes_the_workbook_of_an_export(tmp_path):
    odd = ["_x0041_", "a\r\nb", "\x07", " x ", "<&>\"'", "\ufffe", "=1+1", "é" * 40_000]
    workbook.write_workbook(tmp_path / "a.xlsx", "claims", ["claim", "due"], [[text, 1] for text in odd])
    cells = [row.cells[0] for row in open_table(tmp_path / "a.xlsx", "a.xlsx").rows()]
    assert cells == [*odd[:-1], workbook.TOO_LONG]
