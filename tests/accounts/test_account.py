"""One's own account, and the settings of the newsroom."""

import pytest

from tests.factories import events_of
from tests.support.web import Client, SignIn, form_token
from tracker.accounts import people
from tracker.db import Database
from tracker.newsroom import settings
from tracker.newsroom.settings import Newsroom

RULES = {
    "name": "Meridian",
    "timezone": "America/Toronto",
    "language": "fr",
    "review_after_days": "180",
    "author_may_judge": "y",
    "digest_hour": "8",
    "weekdays": ["1", "2", "3", "4", "5"],
}


def loaded(database: Database) -> Newsroom:
    with database.reading() as session:
        return settings.load(session)


def test_an_editor_chooses_language_theme_and_keys(sign_in: SignIn, database: Database):
    browser = sign_in()
    answer = browser.post("/settings", data={"language": "fr", "theme": "dark", "key_hints": "y"})
    assert (answer.status_code, answer.location) == (303, "/settings")
    page = browser.get("/settings").text
    assert '<html lang="fr" data-theme="dark">' in page
    assert "Enregistré." in page
    with database.reading() as session:
        editor = people.get(session, browser.editor.id)  # type: ignore[attr-defined]
        assert (editor.language, editor.theme, editor.shortcuts, editor.key_hints) == ("fr", "dark", False, True)


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"theme": "neon"}, {}, {"language": ["fr", "en"]}])
def test_a_choice_that_does_not_exist_is_refused(sign_in: SignIn, database: Database, sent: dict[str, str]):
    browser = sign_in()
    assert browser.post("/settings", data={"language": "fr", "theme": "dark", **sent} if sent else {}).status_code == 422
    with database.reading() as session:
        assert people.get(session, browser.editor.id).theme == "auto"  # type: ignore[attr-defined]


def test_account_form_ignores_other_fields(sign_in: SignIn, database: Database):
    browser = sign_in("viewer")
    more = {"roles": "admin", "role": "admin", "active": "0", "email": "x@example.org", "id": "1", "is_sample": "1"}
    assert browser.post("/settings", data={"language": "en", "theme": "light", **more}).status_code == 303
    with database.reading() as session:
        editor = people.get(session, browser.editor.id)  # type: ignore[attr-defined]
        assert editor.role_names == {"viewer"}
        assert editor.active
        assert editor.email == browser.editor.email  # type: ignore[attr-defined]


def test_the_language_switch_is_kept_with_the_account(sign_in: SignIn, new_client: object):
    browser = sign_in()
    assert browser.post("/language", data={"language": "fr", "next": "/settings"}).location == "/settings"
    other = sign_in(browser.editor)  # type: ignore[attr-defined]
    assert '<html lang="fr"' in other.get("/settings").text


def test_newsroom_settings_are_stored_and_recorded(sign_in: SignIn, database: Database):
    chief = sign_in("chief")
    page = chief.get("/settings/newsroom")
    assert '<option value="Europe/Paris" selected>' in page.text
    answer = chief.post("/settings/newsroom", data=RULES | {"form_token": form_token(page)})
    assert (answer.status_code, answer.location) == (303, "/settings/newsroom")
    assert loaded(database) == Newsroom("Meridian", "America/Toronto", "fr", False, True, False, 180)
    (event,) = events_of(database, "newsroom:1")
    assert (event.kind, event.actor) == ("newsroom.settings", f"editor:{chief.editor.id}")  # type: ignore[attr-defined]
    assert "Meridian" in chief.get("/settings").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 121), ("timezone", "Mars/Olympus"), ("timezone", "../../etc/passwd"), ("language", "de"),
     ("review_after_days", "0"), ("review_after_days", "soon"), ("review_after_days", "9" * 30),
     ("digest_hour", "24"), ("holidays", "next week"), ("weekdays", []), ("desk_address", "desk")],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_changes_nothing_and_keeps_what_was_typed(
    sign_in: SignIn, database: Database, field: str, value: str
):
    answer = sign_in("chief").post("/settings/newsroom", data=RULES | {field: value})
    assert answer.status_code == 422
    assert "Meridian" in answer.text or field == "name"
    assert loaded(database) == Newsroom()


@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_for_others_the_rules_are_no_page_and_no_move(sign_in: SignIn, database: Database, role: str):
    browser = sign_in(role)
    assert browser.get("/settings/newsroom").status_code == 404
    assert browser.post("/settings/newsroom", data=RULES).status_code == 403
    assert "/settings/newsroom" not in browser.get("/settings").text
    assert loaded(database) == Newsroom()


@pytest.mark.parametrize("path", ["/settings", "/settings/newsroom", "/settings/keyboard", "/change"])
def test_signed_out_every_page_of_the_account_leads_to_the_door(client: Client, path: str):
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (303, f"/login?next={path}")


def test_the_key_hints_lead_to_where_they_are_switched_off(sign_in: SignIn):
    assert sign_in().get("/settings/keyboard").location == "/settings#display"
