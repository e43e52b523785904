"""One's own passkeys: added, named, removed, and where they count."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from tests.factories import change_settings, events_of, make_editor
from tests.support.authenticator import FLAG, Authenticator
from tests.support.databases import BACKENDS, Backend
from tests.support.passkeys import enter, is_in, options
from tests.support.web import PASSWORD, SECRET, AppFactory, Client, SignIn
from tracker import clock
from tracker.accounts import passkeys, people, second_factor
from tracker.accounts.models import Editor, Passkey
from tracker.accounts.routes import reauthentication
from tracker.cli import command
from tracker.command_context import Context
from tracker.config import SignInSettings
from tracker.db import Database
from tracker.errors import Forbidden

NewClient = Callable[[], Client]
At = Callable[[datetime], None]


@pytest.fixture
def backend() -> Backend:
    """What is stored, and that a challenge counts once, is asked of both."""
    return "sqlite"


@pytest.mark.parametrize("backend", BACKENDS)
def test_first_passkey_becomes_the_second_factor_with_recovery_codes(sign_in: SignIn, database: Database) -> None:
    browser, device = sign_in("editor"), Authenticator()
    asked = options(browser, "/settings/passkeys")
    assert asked["rp"]["id"] == "localhost"
    assert asked["authenticatorSelection"]["residentKey"] == asked["authenticatorSelection"]["userVerification"] == "required"
    page = browser.post("/settings/passkeys", data={"name": "Phone", "answer": device.make(asked)})
    assert page.status_code == 200
    assert page.text.count("<li><code>") == 10
    with database.reading() as session:
        row = session.query(Passkey).one()
        assert (row.name, row.sign_count, len(row.user_handle)) == ("Phone", 1, 32)
        assert second_factor.is_on(session.get_one(Editor, row.owner_id))
    assert [event.kind for event in events_of(database, "passkey:1")] == ["passkey.added"]
    assert events_of(database, f"editor:{row.owner_id}")[-1].kind == "editor.second_factor_on"
    assert "Phone" in browser.get("/settings/passkeys").text


def test_second_passkey_has_the_same_handle_and_brings_no_new_codes(sign_in: SignIn, ann: Editor, database: Database) -> None:
    browser, device = sign_in(ann), Authenticator()
    asked = options(browser, "/settings/passkeys")
    assert len(asked["excludeCredentials"]) == 1
    answer = browser.post("/settings/passkeys", data={"name": "Key", "answer": device.make(asked)})
    assert (answer.status_code, answer.location) == (303, "/settings/passkeys")
    with database.reading() as session:
        first, second = session.query(Passkey).order_by(Passkey.id)
        assert first.user_handle == second.user_handle


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "http://localhost.example.org"},
        {"origin": "https://localhost"},
        {"challenge": "A" * 43},
        {"type_": "webauthn.get"},
        {"cross_origin": True},
        {"flags": FLAG.UP},
        {"flags": FLAG.UV},
    ],
)
def test_passkey_is_not_added_when_its_answer_is_not_right(sign_in: SignIn, database: Database, changes: dict[str, Any]) -> None:
    browser = sign_in("editor")
    asked = options(browser, "/settings/passkeys")
    answer = browser.post("/settings/passkeys", data={"name": "Phone", "answer": Authenticator().make(asked, **changes)})
    assert answer.status_code == 422
    assert "This passkey was not accepted" in answer.text
    with database.reading() as session:
        assert session.query(Passkey).count() == 0
        assert session.query(Editor).filter(Editor.tf_primary_method.is_not(None)).count() == 0


def test_passkey_of_another_account_is_not_added_again(
    sign_in: SignIn, ann: Editor, phone: Authenticator, database: Database
) -> None:
    browser = sign_in("editor")
    answer = browser.post(
        "/settings/passkeys", data={"name": "Hers", "answer": phone.make(options(browser, "/settings/passkeys"))}
    )
    assert answer.status_code == 422
    with database.reading() as session:
        assert session.query(Passkey).one().owner_id == ann.id


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "a\u202eb"])
def test_passkey_is_not_added_under_an_unusable_name(sign_in: SignIn, database: Database, name: str) -> None:
    browser = sign_in("editor")
    given = {"name": name, "answer": Authenticator().make(options(browser, "/settings/passkeys"))}
    assert browser.post("/settings/passkeys", data=given).status_code == 422
    with database.reading() as session:
        assert session.query(Passkey).count() == 0


def test_number_of_passkeys_is_bounded(sign_in: SignIn, ann: Editor, monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    monkeypatch.setattr(passkeys, "PASSKEYS_MAX", 1)
    browser = sign_in(ann)
    answer = browser.post(
        "/settings/passkeys", data={"name": "Key", "answer": Authenticator().make(options(browser, "/settings/passkeys"))}
    )
    assert answer.status_code == 422
    assert "There are 1 passkeys already" in answer.text
    with database.reading() as session:
        assert session.query(Passkey).count() == 1


def test_passkey_is_renamed_and_removed_with_events(
    sign_in: SignIn, ann: Editor, phone: Authenticator, database: Database
) -> None:
    browser = sign_in(ann)
    assert browser.post("/settings/passkeys/1/name", data={"name": "Work phone"}).status_code == 303
    assert browser.post("/settings/passkeys/1/name", data={"name": "Work phone"}).status_code == 303
    assert browser.post("/settings/passkeys/1/remove").status_code == 303
    kinds = [event.kind for event in events_of(database, "passkey:1")]
    assert kinds == ["passkey.added", "passkey.renamed", "passkey.removed"]
    with database.reading() as session:
        row, own = session.query(Passkey).one(), session.get_one(Editor, ann.id)
        assert (row.name, row.credential_id, row.public_key) == ("Work phone", None, None)
        assert (second_factor.is_on(own), own.mf_recovery_codes) == (False, None)
    assert events_of(database, f"editor:{ann.id}")[-1].kind == "editor.second_factor_off"
    assert enter(browser, phone).status_code == 422


def test_second_factor_stays_on_while_there_is_another_passkey(sign_in: SignIn, ann: Editor, database: Database) -> None:
    browser = sign_in(ann)
    another = Authenticator().make(options(browser, "/settings/passkeys"))
    assert browser.post("/settings/passkeys", data={"name": "Key", "answer": another}).status_code == 303
    before = [event.kind for event in events_of(database, f"editor:{ann.id}")]
    assert browser.post("/settings/passkeys/1/remove").status_code == 303
    assert [event.kind for event in events_of(database, f"editor:{ann.id}")] == before
    assert "editor.second_factor_off" not in before


def test_removed_passkey_stays_removed(sign_in: SignIn, ann: Editor, database: Database) -> None:
    browser = sign_in(ann)
    browser.post("/settings/passkeys/1/remove")
    assert browser.post("/settings/passkeys/1/remove").status_code == 404
    assert browser.post("/settings/passkeys/1/name", data={"name": "Again"}).status_code == 404
    assert len(events_of(database, "passkey:1")) == 2


def test_passkey_of_another_editor_is_not_renamed_or_removed(sign_in: SignIn, ann: Editor, database: Database) -> None:
    browser = sign_in("admin")
    assert browser.post("/settings/passkeys/1/name", data={"name": "Mine"}).status_code == 404
    assert browser.post("/settings/passkeys/1/remove").status_code == 404
    with database.reading() as session:
        assert session.query(Passkey).one().name == "Phone"


def test_passkeys_page_asks_again_after_a_while(sign_in: SignIn, ann: Editor, clock_at: At) -> None:
    browser = sign_in(ann)
    assert browser.get("/settings/passkeys").status_code == 200
    clock_at(clock.now() + timedelta(seconds=reauthentication.SECONDS + 1))
    for answer in (browser.get("/settings/passkeys"), browser.post("/settings/passkeys/1/remove")):
        assert answer.location.startswith("/confirm")
    assert browser.post("/settings/passkeys/options").location.startswith("/confirm")


def test_administrator_removes_passkeys_with_the_second_factor(
    sign_in: SignIn, client: Client, ann: Editor, phone: Authenticator, database: Database
) -> None:
    assert enter(client, phone).status_code == 303
    assert sign_in("admin").post(f"/people/{ann.id}/second-factor").status_code == 303
    assert not is_in(client)
    assert enter(client, phone).status_code == 422
    assert events_of(database, "passkey:1")[-1].kind == "passkey.removed"
    assert client.sign_in(ann.email).location == "/"


def test_command_removes_passkeys_of_the_last_administrator(
    ann: Editor, database_url: str, tmp_path: Any, database: Database, client: Client
) -> None:
    environ = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": SECRET}
    done = CliRunner().invoke(command, ["editor", "second-factor-off", ann.email], obj=Context(environ))
    assert done.exit_code == 0
    with database.reading() as session:
        assert passkeys.list_of(session, ann.id) == []
    assert client.sign_in(ann.email).location == "/"


def test_editor_does_not_turn_off_the_passkeys_of_another(ann: Editor, database: Database) -> None:
    chief = make_editor(database, roles=("chief",))
    with pytest.raises(Forbidden), database.writing() as session:
        second_factor.turn_off(session, people.get(session, ann.id), actor=chief.actor)
    with database.reading() as session:
        assert len(passkeys.list_of(session, ann.id)) == 1


def test_passkey_satisfies_the_newsrooms_rule(sign_in: SignIn, ann: Editor, database: Database) -> None:
    change_settings(database, second_factor_required=True)
    assert sign_in(ann).get("/queue").status_code == 200
    chief = sign_in("chief")
    assert chief.get("/queue").location == "/settings/second-factor"
    assert chief.get("/settings/passkeys").status_code == 200


def test_passkeys_belong_to_the_host_of_the_base_url(new_app: AppFactory, ann: Editor) -> None:
    browser = new_app(base_url="https://tracker.example.org:8443/desk").test_client()
    base = {"base_url": "https://tracker.example.org:8443", "headers": {"Referer": "https://tracker.example.org:8443/desk/login"}}
    asked = browser.post("/desk/login/passkey/options", **base)
    assert asked.get_json()["rpId"] == "tracker.example.org"
    page = browser.get("/desk/login", **base).text
    assert 'data-options="/desk/login/passkey/options"' in page
    assert 'formaction="/desk/login/passkey"' in page


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "192.0.2.7"])
def test_passkeys_are_not_offered_at_an_address_of_numbers(client: Client, host: str) -> None:
    page = client.get("/login", base_url=f"http://{host}")
    assert page.status_code == 200
    assert "data-passkey" not in page.text


@pytest.mark.parametrize("base", ["http://tracker.example.org", "https://192.0.2.7", "https://tracker"])
def test_passkeys_are_not_offered_under_a_base_url_that_browsers_refuse(new_app: AppFactory, base: str) -> None:
    page = new_app(base_url=base).test_client().get("/login", base_url=base)
    assert page.status_code == 200
    assert "data-passkey" not in page.text


def test_passkeys_are_off_where_local_sign_in_is(new_app: AppFactory, ann: Editor, phone: Authenticator, sign_in: SignIn) -> None:
    app = new_app(sign_in=SignInSettings(local=False, issuer="https://login.example.org", client_id="tracker"))
    browser = app.test_client()
    assert isinstance(browser, Client)
    assert "data-passkey" not in browser.get("/login").text
    for path in ("/login/passkey", "/login/passkey/options", "/login/code/passkey"):
        assert browser.post(path).status_code == 403
    browser.enter(ann)
    assert "cannot be used here" in browser.get("/settings/passkeys").text
    assert browser.post("/settings/passkeys/options").status_code == 403
    assert browser.post("/confirm/passkey").status_code == 403
    assert browser.post("/settings/passkeys/1/remove").status_code == 303


def test_page_says_what_is_needed_without_scripts(client: Client, sign_in: SignIn, ann: Editor) -> None:
    for page in (client.get("/login"), sign_in(ann).get("/settings/passkeys")):
        assert "Passkeys need JavaScript. All other ways work without it." in page.text
        assert "<script>" not in page.text


@pytest.mark.parametrize("backend", BACKENDS)
def test_app_is_not_added_to_passkeys_by_the_password_alone(sign_in: SignIn, ann: Editor, database: Database) -> None:
    browser, page = sign_in(ann), "/settings/second-factor"
    with database.writing() as session:
        code = second_factor.renew_codes(session, people.get(session, ann.id), actor=ann.actor)[0]
    assert 'name="code"' in browser.get(page).text.rpartition(f'action="{page}"')[2]
    for wrong in ({}, {"code": "000000"}):
        assert browser.post(page, data={"password": PASSWORD, **wrong}).status_code == 422
    with database.reading() as session:
        assert session.get_one(Editor, ann.id).tf_totp_secret is None
    assert 'class="key"' not in browser.get(page).text
    assert browser.post(page, data={"password": PASSWORD, "code": code}).status_code == 303
    assert 'class="key"' in browser.get(page).text


def test_app_is_added_after_a_passkey_was_shown(sign_in: SignIn, ann: Editor, phone: Authenticator) -> None:
    browser, page = sign_in(ann), "/settings/second-factor"
    assert enter(browser, phone, "/confirm/passkey").status_code == 303
    assert 'name="code"' not in browser.get(page).text
    assert browser.post(page).status_code == 303
    assert 'class="key"' in browser.get(page).text
