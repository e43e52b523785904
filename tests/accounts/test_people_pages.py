"""The pages for those who look after people: roles, access, and what must stay possible."""

import html
import re

import pytest

from tests.claims.crowd import watched
from tests.factories import events_of, fresh, make_claim, make_editor
from tests.support.databases import Backend
from tests.support.web import Client, SignIn
from tracker.accounts import invitations, people
from tracker.db import Database


@pytest.fixture
def backend() -> Backend:
    """What the database is asked is asked of both by the tests of `people`."""
    return "sqlite"


def test_everybody_is_listed_but_for_those_of_the_sample(sign_in: SignIn, database: Database):
    make_editor(database, "Gone <b>Girl</b>", active=False)
    make_editor(database, "Invented", is_sample=True)
    text = sign_in("admin").get("/people").text
    assert "Gone &lt;b&gt;Girl&lt;/b&gt;" in text
    assert "Disabled" in text
    assert "Invented" not in text


def test_an_invented_editor_has_no_page(sign_in: SignIn, database: Database):
    invented = make_editor(database, is_sample=True)
    browser = sign_in("admin")
    assert browser.get(f"/people/{invented.id}").status_code == 404
    assert browser.post(f"/people/{invented.id}/roles", data={"roles": ["admin"]}).status_code == 404


def test_other_roles_hold_at_the_next_click_and_are_on_record(sign_in: SignIn, database: Database):
    admin, chief = sign_in("admin"), sign_in("chief")
    who = chief.editor  # type: ignore[attr-defined]
    assert chief.get("/settings/newsroom").status_code == 200
    assert admin.post(f"/people/{who.id}/roles", data={"roles": ["viewer", "admin"]}).location == f"/people/{who.id}"
    assert chief.get("/settings/newsroom").location.startswith("/login")
    last = events_of(database, who)[-1]
    assert last.kind == "editor.roles"
    assert '"roles":["admin","viewer"],"roles_before":["chief"]' in last.canonical
    assert last.actor == f"editor:{admin.editor.id}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("roles", [[], ["owner"], ["system"], ["viewer", "'; DROP TABLE editor"]])
def test_a_role_that_does_not_exist_is_refused(sign_in: SignIn, database: Database, roles: list[str]):
    editor = make_editor(database)
    assert sign_in("admin").post(f"/people/{editor.id}/roles", data={"roles": roles}).status_code == 422
    with database.reading() as session:
        assert {role.name for role in people.get(session, editor.id).roles} == {"editor"}


def test_the_last_admin_stays_one(sign_in: SignIn, database: Database):
    browser = sign_in("admin")
    me = browser.editor.id  # type: ignore[attr-defined]
    make_editor(database, roles=("admin",), active=False)
    for answer in (browser.post(f"/people/{me}/roles", data={"roles": ["chief"]}), browser.post(f"/people/{me}/disable")):
        assert answer.status_code == 422
        assert "This is the last administrator." in answer.text
    assert browser.get("/people").status_code == 200


def test_an_admin_among_others_can_leave(sign_in: SignIn, database: Database):
    make_editor(database, roles=("admin",))
    browser = sign_in("admin")
    me = browser.editor.id  # type: ignore[attr-defined]
    assert browser.post(f"/people/{me}/roles", data={"roles": ["viewer"]}).location == "/login"
    assert browser.get("/people").status_code == 303


def test_disabling_hands_over_what_is_theirs(sign_in: SignIn, client: Client, database: Database):
    leaver, heir, other = (make_editor(database, name) for name in ("Lea", "Hal", "Ova"))
    own = make_claim(database, "due", owner=leaver)
    browser = sign_in("admin")
    page = browser.get(f"/people/{leaver.id}").text
    assert "Owner of 1 claim." in page
    assert f'<option value="{heir.id}">Hal</option>' in page
    assert f'value="{leaver.id}"' not in page
    assert browser.post(f"/people/{leaver.id}/disable", data={"hand_to": str(leaver.id)}).status_code == 422
    assert browser.post(f"/people/{leaver.id}/disable", data={"hand_to": str(heir.id)}).status_code == 303
    assert fresh(database, own).owner_id == heir.id
    assert events_of(database, leaver)[-1].kind == "editor.disabled"
    assert "Enable this account" in browser.get(f"/people/{leaver.id}").text
    browser.post(f"/people/{leaver.id}/enable")
    assert events_of(database, leaver)[-1].kind == "editor.enabled"
    assert other.active


def test_disabled_account_is_signed_out_and_returns_when_enabled(sign_in: SignIn, client: Client):
    admin, editor = sign_in("admin"), sign_in("editor")
    who = editor.editor  # type: ignore[attr-defined]
    admin.post(f"/people/{who.id}/disable")
    assert editor.get("/queue").status_code == 303
    assert client.sign_in(who.email).status_code == 422
    assert "its roles, password and passkeys. If a device was lost" in admin.get(f"/people/{who.id}").text
    admin.post(f"/people/{who.id}/enable")
    assert editor.get("/queue").status_code == 303  # the session from before stays dead
    assert client.sign_in(who.email).status_code == 303


def test_people_page_lists_accounts_by_pages_of_fifty(sign_in: SignIn, database: Database):
    browser = sign_in("admin")
    for number in range(101):
        make_editor(database, f"Zoe {number:03}", email=f"zoe{number}@example.org")
    first = browser.get("/people").text
    assert first.count('scope="row"') == 50
    assert "Zoe 100" not in first
    address = html.unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])  # type: ignore[index]
    second = browser.get(address).text
    assert "Zoe 000" not in second
    assert second.count('scope="row"') == 50
    assert 'rel="prev"' in second


def test_people_page_finds_accounts_by_name_and_address(sign_in: SignIn, database: Database):
    browser = sign_in("admin")
    make_editor(database, "Ada Marsh", email="ada@example.org")
    make_editor(database, "Ben Okafor", email="b100%@example.org")
    assert "Ben Okafor" not in browser.get("/people", query_string={"q": "marsh"}).text
    found = browser.get("/people", query_string={"q": "100%"}).text
    assert "Ben Okafor" in found
    assert "Ada Marsh" not in found
    for nothing in ("nothing of the kind", "Mar\x00sh"):
        assert "No account matches." in browser.get("/people", query_string={"q": nothing}).text


def test_people_page_takes_as_many_queries_for_many_accounts(sign_in: SignIn, database: Database):
    browser = sign_in("admin")

    def count() -> int:
        with database.reading() as session, watched(session) as seen:
            assert browser.get("/people").status_code == 200
        return len(seen)

    count()
    few = count()
    for number in range(120):
        make_editor(database, f"Zoe {number:03}", email=f"zoe{number}@example.org")
    assert count() == few


def test_people_page_counts_invitations_it_leaves_out(sign_in: SignIn, database: Database):
    browser = sign_in("admin")
    admin = browser.editor.actor  # type: ignore[attr-defined]
    with database.writing() as session:
        for number in range(invitations.SHOWN + 1):
            invitations.invite(session, f"new{number}@example.org", "New", ["viewer"], language="en", actor=admin, by_mail=False)
    assert "101 open invitations; the newest 100 are shown." in browser.get("/people").text
