"""Workbooks as rows: what their cells mean, and what is refused before it can do harm."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.imports import support
from tests.imports.support import Open, cells_of
from tracker.exports import workbook
from tracker.imports.readers import BadFile, Row, open_table

opened = support.opened


def book(*rows: list[object], **formats: str) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    for cell, code in formats.items():
        sheet[cell].number_format = code
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_cells_of_a_workbook_are_read_as_they_are_meant(opened: Open):
    content = book(
        ["claim", "due", "moment", "probability", "number", "yes"],
        ["Été\nchaud", date(2024, 3, 1), datetime(2024, 3, 1, 14, 30), 0.6, 0.1 + 0.2, True],  # noqa: DTZ001
        ["=1+1", None, None, 0.605, 1234567, False],
        D2="0%", D3="0.0%",
    )  # fmt: skip
    table = opened(content, "a.xlsx")
    assert table.columns == ("claim", "due", "moment", "probability", "number", "yes")
    assert cells_of(table) == [
        ["Été\nchaud", "2024-03-01", "2024-03-01T14:30:00", "60 %", "0.3", "true"],
        ["", "", "", "60.5 %", "1234567", "false"],  # a formula that was never computed has no value
    ]


def test_empty_rows_and_short_rows_of_a_workbook_are_no_fault(opened: Open):
    table = opened(book(["claim", "due"], ["a"], [], ["b", "x"]), "a.xlsx")
    assert list(table.rows()) == [Row(2, ["a", ""]), Row(4, ["b", "x"])]


def test_a_sheet_can_be_chosen(opened: Open):
    made = openpyxl.Workbook()
    made.active.title = "Empty"
    made.create_sheet("Données").append(["claim"])
    made["Données"].append(["a"])
    made.create_sheet("Other").append(["due"])
    buffer = io.BytesIO()
    made.save(buffer)
    assert opened(buffer.getvalue(), "a.xlsx").about.sheet == "Données"
    assert opened(buffer.getvalue(), "a.xlsx").about.sheets == ("Empty", "Données", "Other")
    assert opened(buffer.getvalue(), "a.xlsx", sheet="Other").columns == ("due",)
    with pytest.raises(BadFile, match="no sheet called"):
        opened(buffer.getvalue(), "a.xlsx", sheet="None")


def test_our_own_workbook_goes_on_in_its_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "SHEET_ROWS", 4)
    rows = [[f"=claim {number} _x000D_\r", date(2024, 1, number)] for number in range(1, 9)]
    workbook.write_workbook(tmp_path / "a.xlsx", "claims", ["claim", "due"], rows)
    table = open_table(tmp_path / "a.xlsx", "a.xlsx")
    assert cells_of(table) == [[text, day.isoformat()] for text, day in rows]
    assert len({row.line for row in table.rows()}) == 8


def crafted(**parts: str) -> bytes:
    """A workbook made by hand: `sheet`, `workbook` and `strings` replace a part."""
    sheet = '<worksheet><sheetData><row><c t="inlineStr"><is><t>claim</t></is></c></row></sheetData></worksheet>'
    contents = {
        "xl/workbook.xml": parts.get("workbook", '<workbook xmlns:r="r"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'),
        "xl/_rels/workbook.xml.rels": '<R><Relationship Id="r1" Target="worksheets/a.xml"/></R>',
        "xl/worksheets/a.xml": parts.get("sheet", sheet),
    }
    if "strings" in parts:
        contents["xl/sharedStrings.xml"] = parts["strings"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return buffer.getvalue()


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (crafted(sheet=ENTITY + "<worksheet/>"), "document type"),
        (crafted(workbook=ENTITY + "<workbook/>"), "document type"),
        (crafted(strings='<!DOCTYPE x [<!ENTITY a "aaaa">]><sst/>'), "document type"),
        (crafted(sheet="<worksheet><sheetData>" + " " * 50_000_000), "packed so tightly"),
        (crafted(sheet="<worksheet><row>" + "<c><v>1</v></c>" * 300 + "</row></worksheet>"), "more than 200 columns"),
        (crafted(sheet="<worksheet><row r='99999999999'/></worksheet>"), "damaged"),
        (crafted(sheet="<worksheet><row><c r='ZZZZZ1'><v>1</v></c></row></worksheet>"), "damaged"),
        (crafted(sheet="<worksheet><row><c t='s'><v>7</v></c></row></worksheet>"), "damaged"),
        (crafted(sheet="<worksheet><row>"), "damaged"),
        (crafted()[:-30], "damaged"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
    ],
)
def test_a_workbook_made_to_harm_is_refused(opened: Open, content: bytes, said: str):
    with pytest.raises(BadFile, match=said):
        list(opened(content, "a.xlsx").rows())


def test_an_archive_of_too_many_parts_is_refused_before_it_is_opened(opened: Open, monkeypatch: pytest.MonkeyPatch):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(45_000):
            archive.writestr(f"part{number}", "")
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(BadFile, match="more than 10,000 parts"):
        opened(buffer.getvalue(), "a.xlsx")


def test_encrypted_workbook_is_refused_as_encrypted(opened: Open):
    with pytest.raises(BadFile, match="password"):
        opened(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx")


def test_part_whose_name_is_no_text_is_a_damaged_file(opened: Open):
    content = bytearray(crafted())
    content[content.index(b"xl/workbook.xml")] = 0xFF  # in front of the part itself
    content[content.index(b"PK\x01\x02") + 9] |= 0x08  # the directory calls that UTF-8
    with pytest.raises(BadFile, match="damaged"):
        opened(bytes(content), "a.xlsx")
