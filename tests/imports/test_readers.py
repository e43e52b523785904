"""Files as rows: kinds, encodings, delimiters, and what is refused with which sentence."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports import support
from tests.imports.support import Open, cells_of
from tracker.exports import formats
from tracker.imports import limits
from tracker.imports.readers import BadFile, Kind, Table, open_table
from tracker.web import i18n

opened = support.opened

HEAD = "claim,due\n"


def faults_of(table: Table) -> dict[int, str]:
    return {row.line: i18n.translate(row.fault) for row in table.rows() if row.fault is not None}


# --- encodings ---


def test_a_byte_order_mark_is_no_part_of_the_first_column(opened: Open):
    table = opened("\ufeff" + HEAD + "Il pleuvra,2024-03-11\n")
    assert table.columns == ("claim", "due")
    assert (table.about.encoding, table.about.has_mark) == ("utf-8", True)


@pytest.mark.parametrize(
    ("codec", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""), ("utf-16-be", b"")]
)
def test_utf_16_is_read_with_its_mark_and_without(opened: Open, codec: str, mark: bytes):
    table = opened(mark + (HEAD + "Été « déjà »,2024-03-11\n").encode(codec))
    assert table.about.encoding == codec
    assert cells_of(table) == [["Été « déjà »", "2024-03-11"]]


def test_western_european_excel_csv_is_recognised(opened: Open):
    table = opened(HEAD.encode() + b"\x93quote\x94 \x80 caf\xe9 \x9cuvre,2024-03-11\n")
    assert table.about.encoding == "cp1252"
    assert cells_of(table) == [["“quote” € café œuvre", "2024-03-11"]]
    assert "café" in table.about.letters


@pytest.mark.parametrize(
    ("content", "offset"),
    [
        ("é".encode() * 10 + b"caf\xe9", 33),  # UTF-8 with a damaged place
        (b"pr\x82vision", 12),  # DOS
        (b"pr\x8evision", 12),  # Mac
        (b"caf\xe9 \x81", 15),  # no letter of Windows-1252
    ],
)
def test_what_may_be_any_encoding_is_refused_naming_the_byte(opened: Open, content: bytes, offset: int):
    with pytest.raises(BadFile, match=rf"byte {offset}\b"):
        opened(HEAD.encode() + content + b",x\n")


def test_who_knows_the_encoding_can_say_it(opened: Open):
    content = HEAD.encode() + "prévision,x\n".encode("cp850")
    assert cells_of(opened(content, encoding="cp850")) == [["prévision", "x"]]
    with pytest.raises(BadFile, match="This is not UTF-8: byte 12"):
        opened(content, encoding="utf-8")


def test_utf_16_that_breaks_off_is_refused(opened: Open):
    with pytest.raises(BadFile, match="byte 24"):
        opened(b"\xff\xfe" + "claim,due\na".encode("utf-16-le") + b"\x00")


def test_other_files_are_called_what_they_are(opened: Open):
    for content, said in (
        (b"PK\x03\x04...", "This is a spreadsheet file, not CSV"),
        (b"%PDF-1.7\n", "This is a PDF document, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", r"\.xls\), not CSV"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"\x7fELF" + b"\x00\x01\x02\x00" * 100, "not a text file"),
    ):
        with pytest.raises(BadFile, match=said):
            opened(content)


# --- delimiters, quotes, line ends ---


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(opened: Open, delimiter: str):
    table = opened(f"claim{delimiter}due\nSun, perhaps; or | rain{delimiter}2024-03-11\n".replace(delimiter + " ", " "))
    assert table.about.delimiter == delimiter
    assert table.columns == ("claim", "due")


def test_a_file_of_one_column_has_one_column(opened: Open):
    table = opened("claim\nYes, it will\nNo, it won't\n")
    assert table.columns == ("claim",)


def test_the_line_in_which_excel_announces_the_delimiter_is_no_row(opened: Open):
    table = opened("sep=;\nclaim;due\na,b;c\n")
    assert [(row.line, row.cells) for row in table.rows()] == [(3, ["a,b", "c"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_ends_a_line(opened: Open, end: str):
    table = opened(f"claim,due{end}a,b{end}c,d")
    assert [(row.line, row.cells) for row in table.rows()] == [(2, ["a", "b"]), (3, ["c", "d"])]


def test_separators_of_unicode_end_no_line(opened: Open):
    assert cells_of(opened(HEAD + "one\u2028two\x85three,x\n")) == [["one\u2028two\x85three", "x"]]


def test_row_starts_at_its_first_cell(opened: Open):
    table = opened(HEAD + '"one\ntwo",x\n\n  , \nlast,y\n')
    assert [(row.line, row.cells) for row in table.rows()] == [(2, ["one\ntwo", "x"]), (6, ["last", "y"])]


@pytest.mark.parametrize("follows", ["x,y\n", '"x",y\n', 'x,"y"\n'])
def test_a_quotation_mark_that_is_never_closed_names_its_line(opened: Open, follows: str):
    table = opened(HEAD + 'a,b\n"abc,d\n' + follows * 10_000)
    with pytest.raises(BadFile, match="Line 3:"):
        list(table.rows())


def test_the_line_named_is_that_of_the_mark_and_not_of_the_row(opened: Open):
    table = opened(HEAD + '"whole\ncell","open\n' + "x,y\n" * 10)
    with pytest.raises(BadFile, match="Line 3:"):
        list(table.rows())


def test_a_cell_that_holds_a_nul_is_a_bad_row(opened: Open):
    table = opened(HEAD + "a\x00b,c\nd,e\n")
    assert list(faults_of(table)) == [2]
    assert len(list(table.rows())) == 2


def test_ragged_rows_are_listed_by_line(opened: Open):
    table = opened("claim,due,owner\n1,2,3\n1,2,3,4\n1,2\n1,2,3,,\n")
    assert faults_of(table) == {
        3: "This row has 4 cells, but there are 3 columns.",
        4: "This row has 2 cells, but there are 3 columns.",
    }


def test_two_columns_of_one_name_are_refused(opened: Open):
    for head in ("claim,claim", "claim,CLAIM "):
        with pytest.raises(BadFile, match="Two columns are called"):
            opened(f"{head}\na,b\n")


def test_a_column_without_a_name_has_its_number(opened: Open):
    assert opened("claim,,due\na,b,c\n").columns == ("claim", "#2", "due")


@pytest.mark.parametrize("content", ["", "\n\n", " \r\n", "\ufeff"])
def test_an_empty_file_has_no_rows(opened: Open, content: str):
    with pytest.raises(BadFile, match="no rows"):
        opened(content)


def test_pasted_rows_are_parted_by_tabs(opened: Open):
    table = opened('claim\tdue\nWill, perhaps\t1\n"two\nlines"\t2\n', pasted=True)
    assert table.about.kind is Kind.PASTE
    assert cells_of(table) == [["Will, perhaps", "1"], ["two\nlines", "2"]]


@pytest.mark.parametrize("head", ["claim_id,article_id,statement", "claim,due,import_error"])
def test_csv_of_our_own_export_loses_one_apostrophe_per_cell(opened: Open, head: str):
    table = opened(f"{head}\n'=1+1,''quoted,'tis\n")
    assert cells_of(table) == [["=1+1", "'quoted", "'tis"]]


def test_csv_of_another_program_keeps_its_apostrophes(opened: Open):
    assert cells_of(opened(HEAD + "'=1+1,''quoted\n'tis,-1\n")) == [["'=1+1", "''quoted"], ["'tis", "-1"]]


# --- bounds ---


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + "a," * 1_000_000 + "\n", "Line 2 has more than 200 columns"),
        ("a," * 1_000_000 + "\n", "Line 1 has more than 200 columns"),
        (",".join(map(str, range(201))) + "\nx\n", "Line 1 has more than 200 columns"),
        (HEAD + '"' + "A" * 5_000_000 + '",x\n', "Line 2 is longer than 1,000,000 characters"),
        (HEAD + '"' + "A\n" * 2_000_000 + '",x\n', "Line 2: a cell is longer than 100,000 characters"),
        (HEAD + '"\n",' + 'a,"\n",' * 2_000_000 + "x\n", "Line 2: the row that starts here does not end|more than 200 columns"),
    ],
)
def test_what_is_over_the_limits_is_refused_with_the_limit(opened: Open, content: str, said: str):
    with pytest.raises(BadFile, match=said):
        list(opened(content).rows())


def test_a_cell_that_is_too_long_makes_a_bad_row(opened: Open):
    assert list(faults_of(opened(HEAD + "A" * 100_001 + ",x\nb,y\n"))) == [2]


def test_more_rows_than_the_limit_are_refused(tmp_path: Path):
    path = tmp_path / "file"
    path.write_text(HEAD + "a,b\n" * 11)
    with pytest.raises(BadFile, match="more than 10 rows"):
        list(open_table(path, "a.csv", limits=limits.Limits(rows=10)).rows())


def test_more_bytes_than_the_limit_are_refused(tmp_path: Path):
    path = tmp_path / "file"
    path.write_text(HEAD)
    with pytest.raises(BadFile, match="larger than 0 MB"):
        open_table(path, "a.csv", limits=limits.Limits(file_bytes=9))


# --- JSON Lines ---


def test_json_lines_keep_numbers_as_they_are_written(opened: Open):
    line = '{"claim": "a", "n": 0.10, "big": ' + "9" * 5_000 + ', "list": [1, "x", null], "yes": true, "none": null}\n'
    table = opened(line + '{"claim": "b", "more": "z"}\n', "a.jsonl")
    assert table.columns == ("claim", "n", "big", "list", "yes", "none", "more")
    assert cells_of(table) == [["a", "0.10", "9" * 5_000, "1; x; ", "true", "", ""], ["b", "", "", "", "", "", "z"]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"claim": "a", "claim": "b"}', "“claim” occurs twice"),
        ('{"claim": ' + "[" * 100_000, "nested too deeply"),
        ('{"claim": NaN}', "not a JSON number"),
        ('{"claim": "a"', "not JSON, from character"),
        ('["a"]', "not a JSON object"),
        (r'{"claim": "\ud800"}', "damaged character"),
        (r'{"claim": "\u0000"}', "NUL"),
    ],
)
def test_a_line_that_is_no_plain_object_is_a_bad_row(opened: Open, line: str, said: str):
    table = opened('{"claim": "good"}\n' + line + "\n", "a.jsonl")
    (line_number, fault), *more = faults_of(table).items()
    assert (line_number, more) == (2, [])
    assert said in fault


def test_jsonl_flattens_nested_values_and_names_what_it_leaves_out(opened: Open):
    line = {
        "claim": "a",
        "speaker": {"name": "Ann", "party": {"key": "x"}},
        "one": [{"k": 1}],
        "bets": [{"n": 1}, {"n": 2}],
        "l": [],
    }
    table = opened(json.dumps(line) + "\n", "a.jsonl")
    assert dict(zip(table.columns, cells_of(table)[0], strict=True)) == {
        "claim": "a", "speaker.name": "Ann", "speaker.party.key": "x", "one.k": "1", "l": "",
    }  # fmt: skip
    assert table.about.left_out == ("bets",)


def test_jsonl_without_a_good_line_reports_the_first_fault(opened: Open):
    with pytest.raises(BadFile, match="not JSON, from character"):
        opened('{"claim": "a"\n{"claim": "b"\n', "a.jsonl")


@pytest.mark.parametrize("indent", [None, 2])
def test_json_list_is_read_object_by_object(opened: Open, indent: int | None):
    items = [{"claim": f"It will rain {n}", "n": n} for n in range(5_000)]
    table = opened(json.dumps(items, indent=indent), "a.json")
    rows = list(table.rows())
    assert (table.columns, len(rows), rows[-1].cells) == (("claim", "n"), 5_000, ["It will rain 4999", "4999"])
    assert rows[1].line == (1 if indent is None else 6)


def test_json_list_that_breaks_off_names_the_line(opened: Open):
    with pytest.raises(BadFile, match="after line 2"):
        opened('[{"claim": "a"},\n{"claim": "b"', "a.json")


# --- what we write ourselves ---

Made = pytest.TempPathFactory
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)


ROWS = st.lists(st.lists(TEXTS, min_size=3, max_size=3).filter(lambda row: any(map(str.strip, row))), min_size=1, max_size=10)


@given(ROWS, st.booleans())
def test_any_table_of_texts_is_read_as_it_was_written(tmp_path_factory: Made, rows: list[list[str]], excel: bool):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    text = "".join(formats.format_csv(["claim", "due", "import_error"], rows, excel=excel))
    path.write_bytes(text.encode())
    table = open_table(path, "any.csv")
    assert cells_of(table) == rows


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2).filter(any), min_size=1, max_size=10))
def test_any_json_lines_are_read_as_they_were_written(tmp_path_factory: Made, rows: list[list[str]]):
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes("".join(json.dumps(dict(zip(["claim", "due"], row, strict=True))) + "\n" for row in rows).encode())
    assert cells_of(open_table(path, "any.jsonl")) == rows
