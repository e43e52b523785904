"""Cells, CSV and JSON Lines."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exports import formats

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
# What spreadsheets take for a formula, and what they skip before looking for one.
FORMULAS = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "'quoted'"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_a_spreadsheet_would_run_gets_one_apostrophe(text):
    assert formats.format_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["plain", "a=b", "1-2", " =1", "’tis", "«=»", ""])
def test_a_harmless_cell_is_left_as_it_is(text):
    assert formats.format_cell(text) == text


@given(TEXTS)
def test_what_was_guarded_comes_back_unchanged(text):
    assert formats.unescape_formula(formats.escape_formula(text)) == text


@given(st.lists(st.builds(str.__add__, st.sampled_from(["", *sorted(formats.TRIGGERS), *FORMULAS]), TEXTS)))
def test_text_is_guarded_in_a_row_as_by_itself(texts):
    written = "".join(formats.format_csv(["text"], [[text, "end"] for text in texts]))

    rows = list(csv.reader(io.StringIO(written, newline="")))[1:]

    assert rows == [[formats.escape_formula(text), "end"] for text in texts]


def test_foreign_cell_keeps_its_leading_apostrophe():
    assert formats.unescape_formula("'tis the season") == "'tis the season"


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=20), st.booleans())
def test_any_table_of_texts_survives_csv(rows, excel):
    text = "".join(formats.format_csv(["a", "b", "c"], rows, excel=excel))
    assert text.startswith(formats.BOM) is excel

    read = list(csv.reader(io.StringIO(text.removeprefix(formats.BOM), newline=""), delimiter=";" if excel else ","))

    assert read[0] == ["a", "b", "c"]
    assert [[formats.unescape_formula(c) for c in row] for row in read[1:]] == rows


def test_csv_follows_rfc_4180():
    assert "".join(formats.format_csv(["a", "b"], [['say "so"', "x,y"]])) == 'a,b\r\n"say ""so""","x,y"\r\n'


def test_line_separators_of_unicode_stay_inside_one_record():
    text = "".join(formats.format_csv(["a"], [["one\u2028two\u2029three\x85four"]]))
    assert len(list(csv.reader(io.StringIO(text, newline="")))) == 2


def test_values_are_written_as_data_and_not_as_python():
    moment = datetime(2024, 3, 11, 8, 5, 59, 999999, tzinfo=UTC)
    row = [None, True, False, 7, date(2024, 3, 11), moment, ("a", "b"), ()]
    assert [formats.format_cell(value) for value in row] == [
        "",
        "true",
        "false",
        "7",
        "2024-03-11",
        "2024-03-11T08:05:59Z",
        "a; b",
        "",
    ]


def test_a_list_whose_first_item_is_a_formula_is_guarded():
    assert formats.format_cell(("=1", "b")) == "'=1; b"


def test_the_head_is_sent_before_the_first_row_is_asked_for():
    def rows():
        raise AssertionError("asked too early")
        yield []

    assert next(formats.format_csv(["a"], rows())) == "a\r\n"


def test_json_lines_keep_types_and_texts_as_they_are():
    lines = "".join(formats.format_jsonl(["a", "b", "c", "d"], [["=1", None, date(2024, 3, 11), ("x", "y")]]))
    assert lines.endswith("\n")
    assert json.loads(lines) == {"a": "=1", "b": None, "c": "2024-03-11", "d": ["x", "y"]}


def test_a_json_line_is_one_line_for_every_reader():
    kept = "one\u2028two\u2029three\x85four\x0b\x0c\x1c é 𠮷野家 👩‍👩‍👧‍👦🇩🇪"
    lines = "".join(formats.format_jsonl(["a"], [[kept], ["next"]])).splitlines()
    assert [json.loads(line)["a"] for line in lines] == [kept, "next"]
    assert "é 𠮷野家 👩‍👩‍👧‍👦🇩🇪" in lines[0]


def test_no_rows_make_no_json_lines_and_only_a_head_in_csv():
    assert "".join(formats.format_jsonl(["a"], [])) == ""
    assert "".join(formats.format_csv(["a"], [])) == "a\r\n"


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.text(max_size=3)),
    st.just(()),
)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_jsonl_is_what_the_json_module_reads_back(rows: list[tuple[object, object]]):
    lines = "".join(formats.format_jsonl(["a", 'é"b'], rows)).splitlines()
    assert [json.loads(line) for line in lines] == [{"a": _listed(a), 'é"b': _listed(b)} for a, b in rows]


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
