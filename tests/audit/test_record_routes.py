"""The record as pages: the newsroom's log with its filters, what an editor did, and erasing words."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.claims.pages import send
from tests.factories import DESK, events_of, fresh, make_article, make_check, make_claim, make_editor, make_evidence, make_speaker
from tests.ledger.support import checked
from tests.support.web import SignIn, form_token
from tracker.accounts import people
from tracker.audit import erasing
from tracker.claims.models import Check
from tracker.claims.services import editing, evidence
from tracker.db import Database


@pytest.fixture
def story(database: Database):
    """A claim of Ann's with changed criteria, a note, and a verdict that Ben signed; another article."""
    ann = make_editor(database, "Ann Archer")
    ben = make_editor(database, "Ben Baker")
    claim = make_claim(database, "open", owner=ann, actor=ann.actor, statement="Rain will come.")
    with database.writing() as session:
        own = fresh(session, claim)
        editing.edit(session, own, {"confirmed_if": "It rains on the square."}, actor=ann.actor, version=own.version)
        evidence.add_note(session, fresh(session, claim), "Between us: careful.", actor=ben.actor)
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
        ("group=evidence", "wrote a note", "added the claim"),
        ("group=claims", "changed the criteria", "added the article"),
        ("group=articles", "added the article", "changed the criteria"),
        ("day_to=2020-01-01", "No entries match", "changed the criteria"),
        ("day_from=2020-01-01&day_to=2099-01-01", "changed the criteria", "No entries match"),
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
    assert "added the article" not in page.text
    page = browser.get(f"/record/editors/{story['ann'].id}")
    assert "Activity of Ann Archer" in page.text
    assert "changed the criteria" in page.text
    assert "wrote a note" not in page.text
    assert browser.get("/record/editors/999999").status_code == 404


@pytest.mark.parametrize("query", ["subject=nonsense", "day_from=32 May", "editor=x", "group=unheard", "subject=claim:-1"])
def test_impossible_log_filter_is_refused(story, sign_in: SignIn, query: str):
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


# --- erasing ---

SECRET = "Zebulon Quackenbush"


@pytest.fixture
def mistake(database: Database):
    """A claim whose statement once named a private person, and a note that still does."""
    ann = make_editor(database, "Ann Archer")
    claim = make_claim(database, "open", statement=f"{SECRET} will move away.")
    with database.writing() as session:
        own = fresh(session, claim)
        editing.edit(session, own, {"statement": "The neighbour will move away."}, actor=ann.actor, version=own.version)
        evidence.add_note(session, fresh(session, claim), f"I know {SECRET}.", actor=ann.actor)
    return claim


def places(page) -> list[str]:
    return re.findall(r'name="places" value="([^"]+)"', page.text)


def test_words_are_found_chosen_looked_at_once_more_and_erased(mistake, database: Database, sign_in: SignIn):
    chief = sign_in("chief")
    asked = {"subject": str(mistake.id), "words": SECRET.upper()}
    found = chief.post("/record/erase", data=asked)
    assert found.status_code == 200
    assert len(places(found)) == 4
    assert found.text.count(" checked") >= 4, "all of it is chosen until the editor leaves something out"
    chosen = {**asked, "places": places(found), "reason": "A private person"}

    look = chief.post("/record/erase/look", data=chosen)
    assert look.status_code == 200
    assert f"<del>{SECRET} will move away.</del>" in look.text
    assert "the hash of each entry" in look.text
    assert "Backups made before." in look.text
    assert len(events_of(database, "claim:" + str(mistake.id))) == 4, "nothing is done yet"

    done = chief.post("/record/erase/now", data={**chosen, "form_token": form_token(look)})
    assert done.status_code == 303
    log = chief.get(done.location)
    assert SECRET not in log.text
    assert "[erased]" in log.text
    assert "A private person" in log.text
    assert SECRET not in chief.get(f"/claims/{mistake.id}").text
    report = checked(database, rows=True)
    assert report.ok, report.findings
    assert report.erased == 3
    if database.is_sqlite:
        files = [Path(f"{database.url.database}{ending}") for ending in ("", "-wal")]
        assert SECRET.encode() not in b"".join(file.read_bytes() for file in files if file.exists())


def test_a_second_click_is_answered_like_the_first(mistake, database: Database, sign_in: SignIn):
    chief = sign_in("chief")
    asked = {"subject": str(mistake.id), "words": SECRET}
    chosen = {**asked, "places": places(chief.post("/record/erase", data=asked))[:1], "reason": "A private person"}
    token = form_token(chief.post("/record/erase/look", data=chosen))
    first, second = (chief.post("/record/erase/now", data={**chosen, "form_token": token}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert checked(database).erased == 1
    again = chief.post("/record/erase/now", data=chosen)
    assert again.status_code == 409
    assert "erased already" in again.text


def test_erasing_needs_a_reason_and_a_choice(mistake, database: Database, sign_in: SignIn):
    chief = sign_in("chief")
    asked = {"subject": str(mistake.id), "words": SECRET}
    (one, *_) = places(chief.post("/record/erase", data=asked))
    for change in (
        {"places": one},
        {"reason": "why"},
        {"places": "1~set.active", "reason": "why"},
        {"places": one, "reason": f"is {SECRET}"},
    ):
        for step in ("look", "now"):
            answer = chief.post(f"/record/erase/{step}", data={**asked, **change})
            assert answer.status_code == 422, (change, step)
    assert checked(database).erased == 0


@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_only_chiefs_see_the_screen(mistake, database: Database, sign_in: SignIn, role: str):
    browser = sign_in(role)
    assert browser.get("/record/erase").status_code == 404
    assert "/record/erase" not in browser.get("/record").text
    for path in ("/record/erase", "/record/erase/look", "/record/erase/now"):
        data = {"subject": str(mistake.id), "words": SECRET, "places": "1~set.statement", "reason": "why"}
        assert browser.post(path, data=data).status_code == 403
    assert checked(database).erased == 0


def test_rows_that_are_written_once_are_found_and_offered(database: Database, sign_in: SignIn):
    claim = make_claim(database, "resolved", statement="The minister will resign.")
    page = sign_in("chief").post("/record/erase", data={"subject": str(claim.id), "words": "Both governments"})
    assert re.search("verdict \u2068?1\u2069?: Reason|verdict.{1,20}: .?Reason", page.text)
    page = sign_in("chief").post("/record/erase", data={"subject": str(claim.id), "words": "nowhere at all"})
    assert "These words are kept nowhere here." in page.text
    article = make_article(database, body="A name: Zed.")
    page = sign_in("chief").post("/record/erase", data={"subject": f"article:{article.id}", "words": "zed"})
    assert "Text of an article" in page.text


def test_the_whole_newsroom_is_searched_without_a_claim_number(mistake, sign_in: SignIn):
    page = sign_in("chief").post("/record/erase", data={"words": SECRET})
    assert len(places(page)) == 4
    assert sign_in("chief").post("/record/erase", data={"words": ""}).status_code == 422


def test_the_form_knows_the_claim_it_was_opened_from(mistake, sign_in: SignIn):
    page = sign_in("chief").get(f"/record/erase?subject=claim:{mistake.id}")
    assert page.status_code == 200
    assert re.search(rf'name="subject"[^>]* value="(claim:)?{mistake.id}"', page.text)


@pytest.mark.parametrize(("role", "links"), [("viewer", 0), ("editor", 0), ("chief", 5)])
def test_erasing_is_reached_from_the_claim_its_notes_evidence_and_checks(
    mistake, database: Database, sign_in: SignIn, role: str, links: int
):
    make_evidence(database, mistake)
    make_check(database, mistake)
    page = sign_in(role).get(f"/claims/{mistake.id}")
    assert len(re.findall(rf'href="/record/erase\?subject=claim:{mistake.id}(?:&amp;row=[a-z]+:\d+)?"', page.text)) == links


def test_erasing_starts_from_the_very_note_or_evidence(database: Database, sign_in: SignIn):
    claim = make_claim(database, "due")
    with database.writing() as session:
        own = fresh(session, claim)
        first = evidence.add_note(session, own, "Called Ada Quill.\nShe did not answer.", actor=DESK)
        evidence.add_note(session, own, "Another note.", actor=DESK)
        source = make_evidence(session, own, title="A letter of Ada Quill")
        rows = (f"note:{first.id}", f"evidence:{source.id}", f"claim:{claim.id}")
    chief = sign_in("chief")
    page = chief.get(f"/claims/{claim.id}").text
    for row in rows:
        assert f'href="/record/erase?subject=claim:{claim.id}&amp;row={row}"'.replace(":", "%3A") in page.replace(":", "%3A")
    asked = chief.get(f"/record/erase?subject=claim:{claim.id}&row={rows[0]}").text
    assert "She did not answer." in asked
    assert "Another note." not in asked
    found = send(chief, chief.get(f"/record/erase?subject=claim:{claim.id}&row={rows[0]}"), "/record/erase")
    assert len(places(found)) == 2  # in the event and in the row
    assert "A letter of Ada Quill" not in found.text
    assert "/record/erase" not in sign_in("editor").get(f"/claims/{claim.id}").text


def test_erasing_starts_from_the_very_check_with_each_of_its_texts(database: Database, sign_in: SignIn):
    claim = make_claim(database, "due")
    check = make_check(database, claim, found="Ada Quill did not answer.", queries="Quill phone", where_looked="Her old office")
    make_check(database, claim, found="Another check.")
    chief = sign_in("chief")
    address = f"/record/erase?subject=claim:{claim.id}&row=check:{check.id}"
    assert address.replace("&", "&amp;") in chief.get(f"/claims/{claim.id}").text.replace("%3A", ":")
    asked = chief.get(address)
    for words in ("Ada Quill did not answer.", "Quill phone", "Her old office"):
        assert words in asked.text
    assert "Another check." not in asked.text
    assert "Both official gazettes" not in asked.text


def test_text_of_a_check_is_erased_from_its_row_and_its_entry(database: Database, sign_in: SignIn):
    claim = make_claim(database, "due")
    check = make_check(database, claim, found=SECRET)
    other = make_check(database, claim, found="Another check.")
    chief = sign_in("chief")
    asked = {"subject": str(claim.id), "words": SECRET}
    found = places(chief.post("/record/erase", data=asked))
    assert len(found) == 2
    chosen = {**asked, "places": found, "reason": "A private person"}
    token = form_token(chief.post("/record/erase/look", data=chosen))
    assert chief.post("/record/erase/now", data={**chosen, "form_token": token}).status_code == 303
    page = chief.get(f"/claims/{claim.id}").text
    assert SECRET not in page
    assert "Another check." in page
    with database.reading() as session:
        assert SECRET not in session.get_one(Check, check.id).found
        assert session.get_one(Check, other.id).found == "Another check."


def test_erasing_offers_no_texts_of_a_row_of_another_subject(database: Database, sign_in: SignIn):
    claim, other = make_claim(database, "due"), make_claim(database, "due", statement="Words of the other claim.")
    chief = sign_in("chief")
    for row in (f"claim:{other.id}", "note:987654", "nonsense", "claim:", "setting:name"):
        answer = chief.get(f"/record/erase?subject=claim:{claim.id}&row={row}")
        assert answer.status_code == 200
        assert "Words of the other claim." not in answer.text
        assert "Find this text" not in answer.text


def test_words_in_more_places_than_are_shown_say_so(mistake, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch):
    chief = sign_in("chief")
    asked = {"subject": str(mistake.id), "words": SECRET}
    monkeypatch.setattr(erasing, "SHOWN_MAX", 4)
    assert "are shown. Erase them" not in chief.post("/record/erase", data=asked).text
    monkeypatch.setattr(erasing, "SHOWN_MAX", 3)
    page = chief.post("/record/erase", data=asked)
    assert len(places(page)) == 3
    assert "4 places" in page.text
    assert "The first 3 are shown. Erase them, then search again." in page.text
