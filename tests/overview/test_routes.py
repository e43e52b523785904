"""The overview as a page and as files, for each role."""

import csv
import io
import re
from datetime import date

import pytest

from tests.factories import DESK, make_article, make_claim, make_editor
from tests.support.web import SignIn
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.db import Database
from tracker.overview import queries, routes


def test_new_newsroom_sees_three_next_steps(sign_in: SignIn):
    shown = sign_in("editor").get("/overview").text
    assert shown.count("<li><div>") == 3
    assert 'svg class="g"' not in shown


def test_every_picture_has_an_equal_table(database: Database, sign_in: SignIn):
    make_claim(database, "resolved")
    make_claim(database, "due")
    shown = sign_in("viewer").get("/overview").text
    assert shown.count('class="g"') == shown.count('<details class="astable">')


@pytest.mark.parametrize("figure", sorted(routes.FIGURES))
def test_every_figure_downloads_with_its_columns(database: Database, sign_in: SignIn, figure: str):
    make_claim(database, "resolved", owner=make_editor(database))
    make_claim(database, "due")
    rows = list(csv.reader(io.StringIO(sign_in("chief").get(f"/overview/{figure}.csv").text)))
    assert tuple(rows[0]) == routes.FIGURES[figure][0]
    assert all(len(row) == len(rows[0]) for row in rows)


def test_latest_verdicts_are_shown_in_the_language_of_the_reader_and_kept_in_the_file(database: Database, sign_in: SignIn):
    claim = make_claim(database, "resolved", statement="The ferry will close.")
    with database.writing() as session:
        editing.set_translation(session, session.get_one(Claim, claim.id), "fr", {"statement": "Le bac ferme."}, actor=DESK)
    client = sign_in(make_editor(database, language="fr"))
    assert re.search(r'<a href="/claims/1" lang="fr" dir="auto">Le bac ferme\.</a>', client.get("/overview").text)
    assert "The ferry will close." in client.get("/overview/verdicts.csv").text


def test_middle_half_of_equal_days_names_them_once(database: Database, sign_in: SignIn, clock_at):
    clock_at(date(2024, 3, 20))
    for _each in range(queries.MEDIAN_MIN):
        make_claim(database, "resolved")
    assert "the middle half took 0 days." in " ".join(sign_in("viewer").get("/overview").text.split())


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


def test_delays_beyond_the_newest_are_named(database: Database, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, clock_at):
    clock_at(date(2024, 3, 20))
    monkeypatch.setattr(queries, "DELAYS", 2)
    cap = "Only the 2 newest are shown."
    for _each in range(2):
        make_claim(database, "resolved")
    client = sign_in("viewer")
    assert cap not in client.get("/overview").text

    make_claim(database, "resolved")

    assert cap in client.get("/overview").text
    assert len(client.get("/overview/delays.csv").text.split()) == 1 + 2


def test_verdicts_and_articles_beyond_the_tenth_have_lists_of_their_own(database: Database, sign_in: SignIn):
    for _each in range(queries.LATEST + 1):
        make_claim(database, "resolved", statement="It was signed.")
    for number in range(queries.BUSIEST + 1):
        make_claim(database, "due", article=make_article(database, f"Busy {number}"))
    page = sign_in("viewer").get("/overview").text
    latest = page[page.index('aria-labelledby="l-h"') :]
    assert latest[: latest.index("</ol>")].count("It was signed.") == queries.LATEST
    assert 'href="/claims?status=resolved"' in latest
    assert page.count(">Busy ") == queries.BUSIEST
    assert "At most 10 are listed." in page
