"""Lists of an import that are cut: the page and the command name the cut as soon as one entry is left out, and not before."""

import csv
import gc
import io
import json
import re
import tempfile
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import make_article
from tests.imports import support, test_routes
from tests.imports.support import Importing, count
from tests.imports.test_routes import GOOD, HEAD, Desk, text
from tracker.articles import queries as articles
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.imports import job_store, jobs, limits, presentation, readers, stats
from tracker.imports.models import ImportBadRow
from tracker.imports.readers import BadFile, objects, open_table
from tracker.imports.storing import batch_writer

FEW = 2
ENGLISH = {"language": "en"}
importing = support.importing
desk = test_routes.desk


def _bad(number: int) -> str:
    return HEAD + "".join(f"k{n},Claim number {n},2024-02-01,soon,Forecasts,2024-01-15\n" for n in range(number))


def _rows_of(desk: Desk, where: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(desk.client.get(f"{where}/bad-rows.csv").text)))[1:]


def test_imports_beyond_the_list_are_named(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(job_store, "RECENT", FEW)
    for number in range(FEW):
        desk.sent(GOOD, f"file-{number}.csv")
    assert "newest are shown" not in text(desk.client.get("/import"))

    desk.sent(GOOD, f"file-{FEW}.csv")

    page = text(desk.client.get("/import"))
    assert "Only the 2 newest are shown." in page
    assert "file-2.csv" in page
    assert "file-0.csv" not in page


def test_bad_rows_beyond_those_kept_are_counted(desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "BAD_ROWS", FEW)
    where = desk.sent(_bad(FEW))
    desk.check(where)
    assert "The file holds the first" not in text(desk.client.get(where))

    where = desk.sent(_bad(FEW + 1))
    desk.check(where)

    page = text(desk.client.get(where))
    assert "Bad rows 3" in page
    assert "The file holds the first 2 of 3 bad rows." in page
    assert len(_rows_of(desk, where)) == FEW
    assert count(database, Claim) == 0


def test_bad_rows_of_too_many_characters_are_counted(
    desk: Desk,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(jobs, "_BAD_CHARACTERS", 100)
    where = desk.sent(_bad(FEW + 1))
    desk.check(where)
    kept = count(database, ImportBadRow)
    assert 0 < kept < FEW + 1
    assert f"The file holds the first {kept} of 3 bad rows." in text(desk.client.get(where))


def test_differing_rows_beyond_the_list_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stats, "LISTED", FEW)
    where = desk.sent(GOOD)
    desk.check(where)
    desk.run(where)

    where = desk.sent(GOOD.replace("number 1", "number 10").replace("number 2", "number 20"))
    desk.check(where)
    assert "are listed" not in text(desk.client.get(where))

    where = desk.sent(GOOD.replace("Claim number", "Another number"))
    desk.check(where)
    assert "The first 2 of 3 are listed." in text(desk.client.get(where))


def test_differing_rows_beyond_those_printed_are_counted(importing: Importing, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(presentation, "_SHOWN_LINES", FEW)
    assert importing(GOOD, defaults=ENGLISH).run().created == 3

    def details(content: str) -> list[str]:
        changed = importing(content, defaults=ENGLISH)
        return [line for line, _ in presentation.describe_tally(changed.check(), changed.source.plan, "would be stored")]

    whole = details(GOOD.replace("number 1", "number 10").replace("number 2", "number 20"))
    cut = details(GOOD.replace("Claim number", "Another number"))

    assert not any("more that differ" in line for line in whole)
    assert sum("differs from claim" in line for line in cut) == FEW
    assert any("and 1 more that differ" in line for line in cut)


def test_problems_beyond_the_groups_are_named(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stats, "GROUPS", 1)
    where = desk.sent(_bad(1))
    desk.check(where)
    assert "Rows with other problems" not in text(desk.client.get(where))

    where = desk.sent(_bad(1) + "k9,,2024-02-01,2024-07-02,Forecasts,2024-01-15\n")
    desk.check(where)

    assert "Rows with other problems are not listed here" in text(desk.client.get(where))
    assert len(_rows_of(desk, where)) == 2


def test_lines_beyond_those_of_a_problem_are_marked_as_more(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stats, "LINES", FEW)
    where = desk.sent(_bad(FEW))
    desk.check(where)
    assert "2, 3 due" in text(desk.client.get(where))
    where = desk.sent(_bad(FEW + 1))
    desk.check(where)
    assert "2, 3, … due" in text(desk.client.get(where))


def test_preview_holds_the_first_claims_and_the_count_all(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batch_writer, "PREVIEWED", FEW)
    where = desk.sent(GOOD)
    desk.check(where)
    page = text(desk.client.get(where))
    assert "New claims 3" in page
    assert "Claim number 2" in page
    assert "Claim number 3" not in page


def test_article_beyond_the_list_is_chosen_by_its_title(
    desk: Desk,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(articles, "OFFERED", FEW)
    own = "claim,said on,due\nIt will rain,2024-02-01,2024-07-02\n"
    oldest = make_article(database, title="The oldest one", published_on=date(2020, 1, 1))
    make_article(database, title="A newer one", published_on=date(2024, 1, 1))
    page = desk.client.get(f"{desk.sent(own)}?columns=1").text
    assert "The oldest one" in page
    where = desk.sent(own)
    for number in range(FEW):
        make_article(database, title=f"The newest {number}", published_on=date(2024, 2, 1))
    page = desk.client.get(f"{where}?columns=1").text
    assert "The oldest one" not in page
    (name,) = set(re.findall(r'name="([^"]*-named)"', page))

    refused = desk.check(where, **{name: "No such article"})
    assert refused.status_code == 422
    assert "No entry has the name “No such article”." in refused.text
    assert 'value="No such article"' in refused.text

    assert desk.check(where, **{name: "the OLDEST one"}).status_code == 303
    desk.run(where)
    with database.reading() as session:
        assert [claim.article_id for claim in session.scalars(select(Claim))] == [oldest.id]


@pytest.mark.parametrize(
    ("bound", "content", "whole"),
    [("columns", "a,b,c\n1,2,3\n", 3), ("line", "claim\nabc\n", 6), ("rows", "claim\na\nb\nc\n", 3)],
)
def test_table_of_one_more_than_allowed_is_refused(tmp_path: Path, bound: str, content: str, whole: int):
    path = tmp_path / "a.csv"
    path.write_text(content)

    def read(limit: int) -> int:
        return sum(1 for _ in open_table(path, "a.csv", limits=limits.Limits(**{bound: limit})).rows())

    assert read(whole) > 0
    with pytest.raises(BadFile, match=str(whole - 1)):
        read(whole - 1)


def test_cell_of_one_character_more_than_allowed_is_a_bad_row(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("claim\nabcdef\n")
    faults = [next(iter(open_table(path, "a.csv", limits=limits.Limits(cell=most)).rows())).fault for most in (6, 5)]
    assert faults[0] is None
    assert faults[1] is not None


@pytest.mark.parametrize(("keys", "named"), [(2, ("k0.a.b.c", "k1.a.b.c")), (3, ("k0.a.b.c", "k1.a.b.c", "…"))])
def test_nested_keys_beyond_those_named_are_marked_as_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: int, named: tuple[str, ...]
):
    monkeypatch.setattr(objects, "_LEFT_OUT_MAX", FEW)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"claim": "x", **{f"k{n}": {"a": {"b": {"c": {"d": {"e": 1}}}}} for n in range(keys)}}) + "\n")
    assert open_table(path, "a.jsonl").about.left_out == named


@pytest.mark.parametrize("failure", [MemoryError(), RuntimeError("ours"), BadFile("no table")])
def test_unpacked_folder_is_deleted_after_any_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", "claim\nIt will rain\n")
    place = tmp_path / "unpacked"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))

    class Broken:
        def __init__(self, *_given: object) -> None:
            assert list(place.iterdir())
            raise failure

    monkeypatch.setattr(readers, "CsvReader", Broken)
    with pytest.raises(type(failure)):
        open_table(archive, "a.zip")
    assert list(place.iterdir()) == []


def test_unpacked_folder_lives_as_long_as_its_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", "claim\nIt will rain\n")
    place = tmp_path / "unpacked"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    table = open_table(archive, "a.zip")
    assert [row.cells for row in table.rows()] == [["It will rain"]]
    assert list(place.iterdir())
    del table
    gc.collect()
    assert list(place.iterdir()) == []
