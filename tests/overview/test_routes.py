"""The overview as a page and as files, for each role."""

import csv
import io

import pytest

from tests.factories import make_claim, make_editor
from tests.support.web import SignIn
from tracker.db import Database
from tracker.overview import tables


def test_new_newsroom_sees_three_next_steps(sign_in: SignIn):
    shown = sign_in("editor").get("/overview").text
    assert shown.count("<li><div>") == 3
    assert 'svg class="g"' not in shown


def test_every_picture_has_an_equal_table(database: Database, sign_in: SignIn):
    make_claim(database, "resolved")
    make_claim(database, "due")
    shown = sign_in("viewer").get("/overview").text
    assert shown.count('class="g"') == shown.count('<details class="astable">')


@pytest.mark.parametrize("figure", sorted(tables.FIGURES))
def test_every_figure_downloads_with_its_columns(database: Database, sign_in: SignIn, figure: str):
    make_claim(database, "resolved", owner=make_editor(database))
    make_claim(database, "due")
    rows = list(csv.reader(io.StringIO(sign_in("chief").get(f"/overview/{figure}.csv").text)))
    assert tuple(rows[0]) == tables.FIGURES[figure][0]
    assert all(len(row) == len(rows[0]) for row in rows)


def test_load_of_owners_is_for_chiefs_alone(database: Database, sign_in: SignIn):
    make_claim(database, "due", owner=make_editor(database, "Zenobia Quill"))
    for role, seen in (("chief", True), ("editor", False), ("viewer", False)):
        assert ("Zenobia Quill" in sign_in(role).get("/overview").text) is seen
        assert (sign_in(role).get("/overview/owners.csv").status_code == 200) is seen


@pytest.mark.parametrize("query", ["months=7", "months=x", "topic=-1", "owner=x", "topic=99999999999999999999"])
def test_impossible_filter_is_refused(sign_in: SignIn, query: str):
    assert sign_in("viewer").get(f"/overview?{query}").status_code == 422


def test_unknown_figure_is_not_found(sign_in: SignIn):
    assert sign_in("viewer").get("/overview/nothing.csv").status_code == 404
