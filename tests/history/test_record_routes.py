"""The record as pages: the newsroom's log with its filters, what an editor did, and erasing words."""

from datetime import date

import pytest

from tests.factories import fresh, make_article, make_claim, make_editor, make_speaker
from tests.support.web import SignIn
from tracker.claims.services import editing, work
from tracker.db import Database
from tracker.newsroom import people


@pytest.fixture
def story(database: Database):
    """A claim of Ann's with changed criteria, a note, and a verdict that Ben signed; another article."""
    ann = make_editor(database, "Ann Archer")
    ben = make_editor(database, "Ben Baker")
    claim = make_claim(database, "open", owner=ann, actor=ann.actor, statement="Rain will come.")
    with database.writing() as session:
        own = fresh(session, claim)
        editing.edit(session, own, {"confirmed_if": "It rains on the square."}, actor=ann.actor, version=own.version)
        work.add_note(session, fresh(session, claim), "Between us: careful.", actor=ben.actor)
    make_article(database, "Another story")
    return {"claim": claim, "ann": ann, "ben": ben}


def test_the_log_tells_who_did_what_with_before_and_after(story, sign_in: SignIn):
    page = sign_in("editor").get("/record")
    assert page.status_code == 200
    assert "Ann Archer" in page.text
    assert "changed the criteria" in page.text
    assert "A signed arms deal is published by either government." in page.text
    assert "It rains on the square." in page.text
    assert f'href="/claims/{story["claim"].id}"' in page.text


def test_the_log_speaks_french(story, sign_in: SignIn):
    browser = sign_in(make_editor_fr(story, sign_in))
    page = browser.get("/record")
    assert "a modifié les critères" in page.text
    assert "changed the criteria" not in page.text


def make_editor_fr(story, sign_in):
    browser = sign_in("editor")
    browser.post("/language", data={"language": "fr"})
    return browser.editor


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("group=evidence", "wrote a note", "stored the claim"),
        ("group=claims", "changed the criteria", "stored the article"),
        ("group=articles", "stored the article", "changed the criteria"),
        ("day_to=2020-01-01", "Nothing happened", "changed the criteria"),
        ("day_from=2020-01-01&day_to=2099-01-01", "changed the criteria", "Nothing happened"),
    ],
)
def test_filters_narrow_the_log_down(story, sign_in: SignIn, query: str, there: str, not_there: str):
    page = sign_in("editor").get(f"/record?{query}")
    assert there in page.text
    assert not_there not in page.text


def test_the_log_of_one_claim_and_one_editor(story, sign_in: SignIn):
    browser = sign_in("editor")
    page = browser.get(f"/record?subject={story['claim'].id}&editor={story['ben'].id}")
    assert "wrote a note" in page.text
    assert "changed the criteria" not in page.text
    assert "stored the article" not in page.text
    page = browser.get(f"/record/editors/{story['ann'].id}")
    assert "What Ann Archer did" in page.text
    assert "changed the criteria" in page.text
    assert "wrote a note" not in page.text
    assert browser.get("/record/editors/999999").status_code == 404


@pytest.mark.parametrize("query", ["subject=nonsense", "day_from=32 May", "editor=x", "group=unheard", "subject=claim:-1"])
def test_filters_that_make_no_sense_are_said_to(story, sign_in: SignIn, query: str):
    page = sign_in("editor").get(f"/record?{query}")
    assert page.status_code == 422
    assert "There is a problem" in page.text


def test_the_log_turns_its_pages_by_line(story, database: Database, sign_in: SignIn):
    article = make_article(database)
    for _ in range(60):
        make_claim(database, article=article)
    browser = sign_in("editor")
    first = browser.get("/record?group=claims")
    assert 'rel="next"' in first.text
    import re

    older = re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    second = browser.get(older)
    assert "group=claims" in older
    assert "changed the criteria" in second.text
    assert 'rel="prev"' in second.text


def test_notes_are_for_editors_and_accounts_for_those_who_answer_for_them(story, database: Database, sign_in: SignIn):
    admin = make_editor(database, roles=("admin",))
    with database.writing() as session:
        people.set_roles(session, people.get(session, story["ben"].id), ["viewer"], actor=admin.actor)
    told = {role: sign_in(role).get("/record").text for role in ("viewer", "editor", "chief", "admin")}
    assert [role for role, text in told.items() if "Between us: careful." in text] == ["editor", "chief"]
    assert [role for role, text in told.items() if "changed the roles of Ben Baker" in text] == ["chief", "admin"]


def test_what_is_typed_is_shown_as_text(database: Database, sign_in: SignIn):
    make_speaker(database, "<b>Bold</b>")
    page = sign_in("editor").get("/record?group=people&subject=%3Cscript%3E")
    assert "<script>" not in page.text
    page = sign_in("editor").get("/record?group=people")
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page.text


def test_a_long_ago_day_and_the_last_of_days_are_days(story, sign_in: SignIn):
    assert sign_in("editor").get(f"/record?day_from={date.min}&day_to={date.max}").status_code in {200, 422}
