"""Files that other programs and other newsrooms wrote: what is recognised, asked about, and named instead of guessed."""

import io
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from tests.imports import support
from tests.imports.support import Open, cells_of, planned
from tracker.claims.enums import Attribution
from tracker.errors import Message
from tracker.imports import stats
from tracker.imports.columns import cells, keywords, profile
from tracker.imports.columns.fields import field_for
from tracker.imports.columns.incoming import IncomingRow, Problem
from tracker.imports.columns.mapping import ColumnMapping
from tracker.imports.columns.profile import Unanswered
from tracker.imports.columns.rows import RowReader, default_source
from tracker.imports.readers import BadFile, open_table, sheet_xml, xlsx
from tracker.imports.readers.encodings import ENCODINGS, find_encoding
from tracker.imports.stats import ImportStats

opened = support.opened
PARIS = ZoneInfo("Europe/Paris")


def read(table: Any, **changes: Any) -> list[IncomingRow]:
    reader = RowReader(planned(table, **changes), table.columns, PARIS, name="file.csv")
    return [reader.read(row) for row in table.rows()]


def workbook(*sheets: tuple[str, list[list[object]]]) -> tuple[openpyxl.Workbook, Any]:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made, made.worksheets[-1]


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


# --- names of encodings ---


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("UTF-8", "utf-8"), ("utf8", "utf-8"), ("Windows-1252", "cp1252"), ("latin-1", "iso8859-1"), ("ISO-8859-1", "iso8859-1"),
        ("mac_roman", "mac-roman"), ("Mac Roman", "mac-roman"), ("cp1251", "cp1251"), ("ANSI", "cp1252"),
        ("utf-8-sig", "utf-8"), ("UTF-16", "utf-16-le"), ("DOS (850)", "cp850"), ("sjis", "shift-jis"),
    ],
)  # fmt: skip
def test_encoding_is_found_by_any_usual_name(name: str, key: str):
    assert find_encoding(name) == key


@pytest.mark.parametrize("label", ENCODINGS.values())
def test_encoding_is_found_by_the_name_we_show(label: str):
    assert ENCODINGS[find_encoding(label)] == label


def test_unknown_encoding_is_refused_with_the_list():
    with pytest.raises(BadFile, match=r"“klingon” is not known here.*UTF-8, UTF-16 LE.*Windows-1251") as refused:
        find_encoding("klingon")
    assert refused.value.option == "encoding"


def test_cyrillic_file_is_read_in_its_encoding(opened: Open):
    content = "claim,due\nПойдёт дождь,2024-03-11\n".encode("cp1251")
    assert cells_of(opened(content, encoding="Windows-1251")) == [["Пойдёт дождь", "2024-03-11"]]


# --- where the column names are ---


def test_csv_rows_above_the_header_are_left_out(opened: Open):
    table = opened("Our forecasts 2024\nMade by the desk;;\n\nPrévision;Échéance;Qui\nIl pleuvra;2024-03-11;Ann\n")
    assert table.columns == ("Prévision", "Échéance", "Qui")
    assert (table.about.header_row, table.about.delimiter) == (4, ";")
    assert [(row.line, row.cells) for row in table.rows()] == [(5, ["Il pleuvra", "2024-03-11", "Ann"])]


def test_csv_header_on_the_first_row_is_kept(opened: Open):
    table = opened("claim,due\nsource,date\nstatus,speaker\n")
    assert (table.columns, table.about.header_row) == (("claim", "due"), 1)


def test_header_row_can_be_chosen(opened: Open):
    table = opened("claim,due\nfirst,second\na,b\n", header_row=2)  # type: ignore[arg-type]
    assert (table.columns, cells_of(table)) == (("first", "second"), [["a", "b"]])
    with pytest.raises(BadFile, match="no column names in row 9") as refused:
        opened("claim,due\na,b\n", header_row=9)  # type: ignore[arg-type]
    assert refused.value.option == "header-row"


def test_workbook_cover_sheet_and_title_rows_are_skipped(opened: Open):
    made, _ = workbook(
        ("Cover", [["Forecasts of the desk"], ["2024"]]),
        ("Data", [["Forecasts"], [], ["Prediction", "Deadline", "Who"], ["It will rain", date(2024, 3, 1), "Ann"]]),
    )
    table = opened(saved(made), "a.xlsx")
    assert (table.about.sheet, table.about.header_row) == ("Data", 3)
    assert cells_of(table) == [["It will rain", "2024-03-01", "Ann"]]


# --- merged and hidden cells ---


def test_merged_cells_give_their_value_to_all_their_rows(opened: Open):
    made, sheet = workbook(("A", [["claim", "who"], ["a", "Ann"], ["b", None], ["c", None], ["d", "Bea"]]))
    sheet.merge_cells("B2:B4")
    table = opened(saved(made), "a.xlsx")
    assert cells_of(table) == [["a", "Ann"], ["b", "Ann"], ["c", "Ann"], ["d", "Bea"]]
    assert table.about.merged == 1


def test_hidden_rows_columns_and_sheets_are_named(opened: Open):
    made, sheet = workbook(("Old", [["x"]]), ("A", [["claim", "due", "note"], ["a", None, "1"], ["b", None, "2"]]))
    made["Old"].sheet_state = "hidden"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    table = opened(saved(made), "a.xlsx")
    assert table.about.hidden_sheets == ("Old",)
    assert table.about.hidden_columns == ("note",)
    assert table.about.hidden_rows == ("3",)
    assert cells_of(table) == [["a", "", "1"], ["b", "", "2"]]


# --- days ---


@pytest.mark.parametrize(
    ("text", "century", "day"),
    [
        ("26/3/24", "2000", date(2024, 3, 26)),
        ("26-Mar-98", "1900", date(1998, 3, 26)),
        ("26 mars 24", "2000", date(2024, 3, 26)),
        ("26.3.24 14:30", "2000", date(2024, 3, 26)),
    ],
)
def test_two_digit_year_is_read_in_the_century_that_was_chosen(text: str, century: str, day: date):
    assert cells.parse_date(text, None, PARIS, century) == day


def test_two_digit_years_of_a_column_are_one_question(opened: Open):
    table = opened("claim,due\n" + "".join(f"a{n},26/3/{n:02}\n" for n in range(50)))
    facts = profile.profile_table(table)
    with pytest.raises(Unanswered, match="the year of 26/3/00 has two digits") as refused:
        profile.require_answers(planned(table, facts), facts)
    assert (refused.value.part, refused.value.field) == ("centuries", "due")
    plan = planned(table, facts, centuries={"due": "2000"})
    profile.require_answers(plan, facts)
    assert {row.values["review_on"].year for row in read(table, centuries={"due": "2000"})} == set(range(2000, 2050))


@pytest.mark.parametrize("proof", ["26/3/2024", "25/12/2023"])
def test_day_order_is_proved_by_the_next_column(opened: Open, proof: str):
    table = opened(f"claim,due,deadline\na,3/4/2024,{proof}\n")
    assert planned(table).days == {"due": "day", "deadline": "day"}


def test_day_order_is_asked_where_two_columns_prove_different_ones(opened: Open):
    table = opened("claim,due,deadline,made_on\na,3/4/2024,26/3/2024,3/26/2024\n")
    facts = profile.profile_table(table)
    with pytest.raises(Unanswered, match="“due”"):
        profile.require_answers(planned(table, facts), facts)


@pytest.mark.parametrize("text", ["1711411200000", "1711411200"])
def test_epoch_number_is_a_day(text: str):
    assert cells.parse_date(text, None, PARIS) == date(2024, 3, 26)


@pytest.mark.parametrize(
    ("moments", "day", "moved"),
    [("newsroom", date(2023, 1, 1), 1), ("utc", date(2022, 12, 31), 0), ("as-written", date(2022, 12, 31), 0)],
)
def test_moment_is_a_day_as_chosen_and_moved_days_are_counted(opened: Open, moments: str, day: date, moved: int):
    table = opened("claim,made_on\na,2022-12-31 23:00+00:00\nb,2022-12-31\n")
    tally = ImportStats()
    first, second = read(table, moments=moments)
    for row in (first, second):
        tally.add_losses(row)
    assert (first.values["made_on"], second.values["made_on"]) == (day, date(2022, 12, 31))
    assert tally.moved == moved
    assert len(tally.moved_examples) == moved


# --- likelihoods ---


def test_likelihoods_of_both_kinds_are_a_question(opened: Open):
    table = opened("claim,probability\na,0.6\nb,0.35\nc,75\n")
    facts = profile.profile_table(table)
    with pytest.raises(Unanswered, match=r"has both 75 and 0\.6") as refused:
        profile.require_answers(planned(table, facts), facts)
    assert refused.value.part == "likelihoods"
    mixed = read(table, likelihoods={"probability": "mixed"})
    assert [row.values["likelihood_low"] for row in mixed] == [60, 35, 75]


def test_likelihood_beyond_a_hundred_decides_nothing_for_its_column(opened: Open):
    table = opened("claim,probability\na,0.6\nb,101\n")
    assert planned(table).likelihoods == {"probability": "fraction"}
    good, bad = read(table)
    assert good.values["likelihood_low"] == 60
    assert [problem.column for problem in bad.problems] == ["probability"]


def test_check_shows_what_the_cells_are_read_as(opened: Open):
    table = opened("claim,probability,language,due\na,0.6,Français,26/3/2024\n")
    reader = RowReader(planned(table), table.columns, PARIS)
    for row in table.rows():
        reader.read(row)
    assert reader.shown_examples() == {
        "probability": [("0.6", "60 %")],
        "language": [("Français", "fr")],
        "due": [("26/3/2024", "2024-03-26")],
    }


# --- words of other people ---


@pytest.mark.parametrize("name", ["Null", "NA", "None", "Nil"])
def test_name_that_looks_like_nothing_is_a_name(opened: Open, name: str):
    (row,) = read(opened(f"claim,speaker,topics\n{name},{name},{name}\n"))
    assert (row.values["statement"], row.values["speaker"], row.values["topics"]) == (name, name, (name,))


@pytest.mark.parametrize("voice", ["L'article", "l’article", "The article", "rédaction", "La rédaction", "ARTICLE"])
def test_speaker_that_names_the_article_is_its_own_voice(opened: Open, voice: str):
    (row,) = read(opened(f"claim,speaker\nIt will rain,{voice}\n"), defaults={"speaker": "Ann"})
    assert "speaker" not in row.values
    assert row.values["attribution"] == Attribution.ARTICLE


@pytest.mark.parametrize(
    "word", ["Broken", "Kept", "Achieved", "Promise kept", "In the works", "Tenue", "Confirmed", "Mostly True"]
)
def test_outcome_in_a_status_column_becomes_a_note(opened: Open, word: str):
    row, other = read(opened(f"claim,status\nIt will rain,{word}\nb,open\n"))
    assert row.problems == []
    assert (row.notes, "status" in row.given) == ([("status", word)], False)
    assert other.notes == []


def test_status_column_without_our_words_is_taken_for_outcomes(opened: Open):
    table = opened("promise,status\na,Fulfilled with delay\nb,Kept\n")
    assert planned(table).columns["status"] == "verdict"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Qui l'a dit", "speaker"), ("À vérifier le", "review_on"), ("Prévision", "statement"), ("Who", "speaker"),
        ("Check on", "review_on"), ("Question Title", "statement"), ("closeTime", "deadline_on"), ("Promise", "statement"),
        ("Politician", "speaker"), ("Party", "speaker_affiliation"), ("Date promised", "made_on"), ("ruling", "verdict"),
        ("statement_date", "made_on"), ("Resolve by", "deadline_on"),
    ],
)  # fmt: skip
def test_column_names_of_other_programs_are_recognised(name: str, key: str):
    assert field_for(name) == key


@pytest.mark.parametrize(("text", "code"), [("Thai", "th"), ("thaï", "th"), ("ไทย", "th"), ("pt-BR", "pt-BR"), ("suédois", "sv")])
def test_language_is_found_by_name_in_every_language_we_speak(text: str, code: str):
    assert keywords.parse_language(text) == code


def test_dropped_characters_are_counted_by_kind_and_line(opened: Open):
    table = opened("claim,quote\nIt\x96will,a\n rain ,\x07b\x96\n")
    tally = ImportStats()
    for row in read(table):
        tally.add_losses(row)
    assert (tally.dropped, tally.dropped_kinds, tally.dropped_lines) == (3, ["U+0096", "U+0007"], [2, 3])


def test_ragged_rows_are_reported_with_their_own_number_of_cells(opened: Open):
    table = opened("claim,owner\na,b\n1,2,3\n1,2,3,4\n5,6,7\n")
    tally = ImportStats()
    for row in read(table):
        if row.problems:
            tally.add_bad(row)
    assert [(group.message.params["cells"], group.lines) for group in tally.groups] == [(3, [3, 5]), (4, [4])]


# --- whose numbers ---


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("claims.csv", "claims"), ("claims (1).csv", "claims"), ("claims-2024-06-30.csv", "claims"),
        ("claims_202406.csv", "claims"),
        ("data1.csv", "data1"), ("data2.csv", "data2"), ("2024.csv", "2024"), ("(1).csv", "(1).csv"),
    ],
)  # fmt: skip
def test_source_is_the_name_of_the_file_without_its_date(name: str, source: str):
    assert default_source(name) == source


def test_number_counts_within_the_site_that_the_row_links_to(opened: Open):
    linked, bare = read(opened("id,claim,url\n1,a,https://example.org/q/1\n1,b,\n"))
    assert (linked.key, bare.key) == ("example.org:1", "file:1")
    (chosen,) = read(opened("id,claim\n1,a\n"), source="Polls")
    assert chosen.key == "Polls:1"


def test_long_number_has_a_key_that_fits(opened: Open):
    one, two = read(opened(f"id,claim\n{'x' * 255},a\n{'x' * 254}y,b\n"), source="s" * 100)
    assert one.key != two.key
    assert max(len(one.key), len(two.key)) <= 255


def test_real_columns_are_mapped_by_their_names(tmp_path: Path):
    path = tmp_path / "file"
    path.write_text("Promise,Party,Politician,Date made,Status\nBuild it,Blue,Ann Lee,2024-01-15,Broken\n")
    plan = planned(open_table(path, "promises.csv"))
    assert plan == ColumnMapping(
        {
            "Promise": "statement", "Party": "speaker_affiliation", "Politician": "speaker", "Date made": "made_on",
            "Status": "verdict",
        },
        defaults={"deadline_source": "editor", "quote_kind": "verbatim", "status": "open"},
    )  # fmt: skip


def test_sheet_with_too_many_merged_cells_is_refused(opened: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheet_xml, "_MERGED_MAX", 2)
    made, sheet = workbook(("A", [["claim", "who", "due"], ["a", "Ann", "2027-01-02"], ["b", None, None], ["c", "Bea", None]]))
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("C2:C3")
    assert opened(saved(made), "a.xlsx").about.merged == 2
    sheet.merge_cells("A2:A3")
    with pytest.raises(BadFile, match=r"more than 2 merged cells\. Save it as CSV"):
        opened(saved(made), "b.xlsx")


def test_many_hidden_rows_are_named_with_a_sign_that_there_are_more(opened: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheet_xml, "HIDDEN_MAX", 2)
    monkeypatch.setattr(xlsx, "HIDDEN_MAX", 2)
    made, sheet = workbook(("A", [["claim"], ["a"], ["b"], ["c"], ["d"]]))
    for number in (2, 3):
        sheet.row_dimensions[number].hidden = True
    assert opened(saved(made), "a.xlsx").about.hidden_rows == ("2", "3")
    sheet.row_dimensions[4].hidden = True
    assert opened(saved(made), "b.xlsx").about.hidden_rows == ("2", "3", "…")


def test_more_kinds_of_problems_than_are_listed_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stats, "GROUPS", 1)
    tally = ImportStats()
    tally.add_bad(IncomingRow(line=2, cells=[], problems=[Problem("Due", Message("One."), "x")]))
    assert not tally.has_more_groups
    tally.add_bad(IncomingRow(line=3, cells=[], problems=[Problem("Who", Message("Two."), "y")]))
    assert (tally.has_more_groups, len(tally.groups), tally.bad) == (True, 1, 2)
    assert ImportStats.from_data(tally.to_data()).has_more_groups


@pytest.mark.parametrize(("name", "key"), [("speaker.name", "speaker"), ("nothing.name", None), ("speaker.party.key", None)])
def test_name_within_an_object_is_that_object(name: str, key: str | None):
    assert field_for(name) == key
