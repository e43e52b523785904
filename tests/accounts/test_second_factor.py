"""The second factor: set up, asked for, used once, slowed, and switched off by whoever may."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from passlib.totp import TOTP

from tests.factories import change_settings, events_of, make_editor
from tests.support.databases import BACKENDS, Backend
from tests.support.web import PASSWORD, SECRET, Client, SignIn, password_hash
from tracker import clock
from tracker.accounts import people, second_factor
from tracker.accounts.models import Editor
from tracker.accounts.second_factor import Keeper
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.errors import Forbidden

KEEPER = Keeper(SECRET)
Code = Callable[..., str]


@pytest.fixture
def backend() -> Backend:
    """What the database is asked, that a code counts once, is asked of both."""
    return "sqlite"


@pytest.fixture
def ann(database: Database) -> Editor:
    return make_editor(database, "Ann", email="ann@example.org", roles=("chief",))


@pytest.fixture
def secured(database: Database, ann: Editor) -> Editor:
    """Ann with a second factor; its first code was used a minute ago."""
    with database.writing() as session:
        them = session.get_one(Editor, ann.id)
        them.password = password_hash()
        second_factor.begin(session, them, KEEPER)
        them.tf_primary_method = second_factor.METHOD
        them.tf_last_step = int(clock.now().timestamp()) // 30 - 2
    ann.password = password_hash()
    return ann


@pytest.fixture
def code(database: Database) -> Code:
    """`code(ann)`: what her app shows now, or `code(ann, later=30)` seconds from now."""

    def show(editor: Editor, *, later: int = 0) -> str:
        with database.reading() as session:
            key = KEEPER.open(session.get_one(Editor, editor.id).tf_totp_secret)
        token: str = TOTP(key=key, format="base32").generate(time=int(clock.now().timestamp()) + later).token
        return token

    return show


def recovery_codes(text: str) -> list[str]:
    return re.findall(r"<code>((?:[2-9a-z]{4}-){3}[2-9a-z]{4})</code>", text)


def wrong(right: str) -> str:
    return f"{(int(right) + 123_457) % 1_000_000:06}"


# --- setting it up ---


def test_it_is_set_up_with_password_key_and_first_code(sign_in: SignIn, ann: Editor, code: Code, database: Database):
    browser = sign_in(ann)
    page = "/settings/second-factor"
    assert "It is off." in browser.get(page).text
    assert browser.post(page, data={"password": "not the password"}).status_code == 422
    assert browser.post(page, data={"password": PASSWORD}).location == page
    text = browser.get(page).text
    key = re.sub(r"\s", "", re.search(r'<code class="key">([A-Z2-7 ]+)</code>', text)[1])  # type: ignore[index]
    assert len(key) == 32
    assert "<svg" in text
    assert "data:" not in text
    assert 'style="' not in text
    assert browser.post(f"{page}/confirm", data={"code": wrong(code(ann))}).status_code == 422
    with database.reading() as session:
        kept = session.get_one(Editor, ann.id)
        assert not second_factor.is_on(kept)
        assert key not in str(kept.tf_totp_secret)
    done = browser.post(f"{page}/confirm", data={"code": code(ann)})
    assert len(set(recovery_codes(done.text))) == 10
    assert browser.post(f"{page}/confirm", data={"code": code(ann, later=30)}).status_code == 409
    text = browser.get(page).text
    assert "It is on." in text
    assert key[:4] not in text
    assert not recovery_codes(text)
    assert events_of(database, ann)[-1].kind == "editor.second_factor_on"


def test_the_key_is_shown_to_the_browser_that_asked_for_it_alone(sign_in: SignIn, ann: Editor):
    here, there = sign_in(ann), sign_in(ann)
    here.post("/settings/second-factor", data={"password": PASSWORD})
    assert 'class="key"' in here.get("/settings/second-factor").text
    assert 'class="key"' not in there.get("/settings/second-factor").text


# --- signing in ---


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_password_alone_opens_nothing_and_a_code_counts_once(
    client: Client, new_client: Callable[[], Client], secured: Editor, code: Code
):
    answer = client.sign_in(secured.email, next="/topics")
    assert (answer.status_code, answer.location) == (303, "/login/code")
    for path in ("/queue", "/settings", "/settings/second-factor"):
        assert client.get(path).location.startswith("/login?next=")
    assert client.get("/login/code").status_code == 200
    now = code(secured)
    assert client.post("/login/code", data={"code": wrong(now)}).status_code == 422
    answer = client.post("/login/code", data={"code": f"{now[:3]} {now[3:]}"})
    assert (answer.status_code, answer.location) == (303, "/topics")
    assert client.get("/settings").status_code == 200
    replayed = new_client()
    replayed.sign_in(secured.email)
    again = replayed.post("/login/code", data={"code": now})
    assert again.status_code == 422
    assert "was already used" in again.text
    assert replayed.get("/settings").status_code == 303


def test_an_older_code_than_the_last_one_is_refused(client: Client, secured: Editor, code: Code):
    client.sign_in(secured.email)
    before, now = code(secured, later=-30), code(secured)
    assert client.post("/login/code", data={"code": now}).status_code == 303
    client.post("/logout")
    client.sign_in(secured.email)
    assert client.post("/login/code", data={"code": before}).status_code == 422


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_code_of_another_time_is_refused(client: Client, secured: Editor, code: Code, seconds: int):
    client.sign_in(secured.email)
    assert client.post("/login/code", data={"code": code(secured, later=seconds)}).status_code == 422


@pytest.mark.parametrize("typed", ["", "000", "abcdef", "１２３４５６", "0" * 64, "0" * 65, "\x00", "' or 1=1--", "null", "-1"])
def test_what_is_no_code_is_refused(client: Client, secured: Editor, typed: str):
    client.sign_in(secured.email)
    assert client.post("/login/code", data={"code": typed}).status_code == 422


def test_the_code_page_is_for_who_has_just_given_the_password(
    client: Client, secured: Editor, code: Code, clock_at: Callable[[datetime], None]
):
    assert client.get("/login/code").location == "/login"
    assert client.post("/login/code", data={"code": code(secured)}).location == "/login"
    client.sign_in(secured.email, "not the password")
    assert client.post("/login/code", data={"code": code(secured)}).location == "/login"
    client.sign_in(secured.email)
    clock_at(clock.now() + timedelta(minutes=11))
    assert client.post("/login/code", data={"code": code(secured)}).location == "/login"


def test_a_half_sign_in_ends_with_the_password(client: Client, secured: Editor, code: Code, database: Database):
    admin = make_editor(database, roles=("admin",))
    client.sign_in(secured.email)
    with database.writing() as session:
        people.set_password(session, people.get(session, secured.id), "four orange scooters", actor=admin.actor)
    assert client.post("/login/code", data={"code": code(secured)}).location == "/login"


def test_staying_signed_in_is_kept_over_the_second_step(client: Client, secured: Editor, code: Code):
    client.sign_in(secured.email, keep="y", next="//evil")
    answer = client.post("/login/code", data={"code": code(secured)})
    assert answer.location == "/"
    assert any(line.startswith("session=") and "Expires" in line for line in answer.headers.getlist("Set-Cookie"))


def test_codes_are_slowed(client: Client, secured: Editor, code: Code):
    client.sign_in(secured.email)
    statuses = [client.post("/login/code", data={"code": wrong(code(secured))}).status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert client.post("/login/code", data={"code": code(secured)}).status_code == 429


def test_code_guessing_does_not_lock_the_owners_browser_out(
    client: Client, new_client: Callable[[], Client], secured: Editor, code: Code
):
    client.sign_in(secured.email)
    assert client.post("/login/code", data={"code": code(secured)}).status_code == 303
    client.post("/logout")
    thief = new_client()
    thief.sign_in(secured.email)
    for _ in range(11):
        last = thief.post("/login/code", data={"code": "000000"})
    assert last.status_code == 429
    client.sign_in(secured.email)
    assert client.post("/login/code", data={"code": code(secured, later=30)}).status_code == 303


# --- recovery ---


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_recovery_code_opens_once_and_is_kept_as_a_hash(
    client: Client, new_client: Callable[[], Client], secured: Editor, database: Database
):
    with database.writing() as session:
        codes = second_factor.renew_codes(session, people.get(session, secured.id), actor=secured.actor)
    with database.reading() as session:
        kept = " ".join(people.get(session, secured.id).mf_recovery_codes or ())
    assert kept.count("$argon2id$") == 10
    assert codes[0][5:] not in kept
    client.sign_in(secured.email)
    answer = client.post("/login/code", data={"code": codes[0].upper().replace("-", " ")})
    assert answer.status_code == 303
    assert "9 are left" in client.get("/settings").text
    assert events_of(database, secured)[-1].kind == "editor.recovery_code_used"
    other = new_client()
    other.sign_in(secured.email)
    assert other.post("/login/code", data={"code": codes[0]}).status_code == 422
    assert other.post("/login/code", data={"code": f"{codes[1][:-4]}zzzz"}).status_code == 422
    assert other.post("/login/code", data={"code": codes[1]}).status_code == 303


def test_recovery_codes_help_where_the_installations_key_was_lost(secured: Editor, database: Database, code: Code):
    elsewhere = Keeper("another secret " * 4)
    with database.writing() as session:
        them = people.get(session, secured.id)
        codes = second_factor.renew_codes(session, them, actor=secured.actor)
        assert not second_factor.check(session, them, code(secured), elsewhere)
        assert second_factor.check(session, them, codes[3], elsewhere)


# --- switching it off ---


@pytest.fixture
def inside(client: Client, secured: Editor, code: Code) -> Client:
    """A browser in which Ann is signed in."""
    client.sign_in(secured.email)
    client.post("/login/code", data={"code": code(secured)})
    return client


@pytest.mark.parametrize("what", ["off", "codes"])
def test_it_is_switched_off_and_codes_are_renewed_with_password_and_code_alone(
    inside: Client, secured: Editor, code: Code, database: Database, what: str
):
    page, good = f"/settings/second-factor/{what}", {"password": PASSWORD, "code": code(secured, later=30)}
    for data in ({}, {**good, "code": "000000"}, {**good, "code": ""}, {**good, "password": "not the password"}):
        assert inside.post(page, data=data).status_code == 422
    answer = inside.post(page, data=good)
    assert answer.status_code == (303 if what == "off" else 200)
    kind = {"off": "editor.second_factor_off", "codes": "editor.recovery_codes"}[what]
    assert events_of(database, secured)[-1].kind == kind
    assert inside.get("/settings").status_code == 200


def test_an_admin_takes_away_what_was_lost(inside: Client, sign_in: SignIn, secured: Editor, database: Database):
    admin = sign_in("admin")
    assert "Remove the second factor" in admin.get(f"/people/{secured.id}").text
    assert admin.post(f"/people/{secured.id}/second-factor").location == f"/people/{secured.id}"
    assert inside.get("/settings").status_code == 303
    last = events_of(database, secured)[-1]
    assert (last.kind, last.actor) == ("editor.second_factor_off", f"editor:{admin.editor.id}")  # type: ignore[attr-defined]
    assert inside.sign_in(secured.email).location == "/"


def test_only_administrators_turn_off_another_second_factor(secured: Editor, database: Database):
    for role in ("viewer", "editor", "chief"):
        other = make_editor(database, roles=(role,))
        with pytest.raises(Forbidden), database.writing() as session:
            second_factor.turn_off(session, people.get(session, secured.id), actor=other.actor)


def test_the_command_line_does_for_the_last_admin(secured: Editor, database_url: str, tmp_path, database: Database):
    environ = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": SECRET}
    done = CliRunner().invoke(command, ["editor", "second-factor-off", secured.email], obj=Context(environ))
    assert (done.exit_code, done.output) == (0, "Took the second factor of ann@example.org away.\n")
    again = CliRunner().invoke(command, ["editor", "second-factor-off", secured.email], obj=Context(environ))
    assert again.exit_code == 1
    assert events_of(database, secured)[-1].actor == "system"


# --- where the newsroom asks for it ---


def test_chiefs_and_admins_without_one_are_led_to_it_where_it_is_required(sign_in: SignIn, database: Database):
    chief, editor = sign_in("chief"), sign_in("editor")
    change_settings(database, second_factor_required=True)
    assert chief.get("/queue").location == "/settings/second-factor"
    assert chief.post("/settings/newsroom", data={"name": "X"}).location == "/settings/second-factor"
    assert "Your newsroom requires this" in chief.get("/settings/second-factor").text
    assert chief.get("/change").status_code == 200
    assert chief.post("/logout").status_code == 303
    assert editor.get("/queue").status_code == 200


def test_with_one_they_go_on(inside: Client, database: Database):
    change_settings(database, second_factor_required=True)
    assert inside.get("/queue").status_code == 200


def test_a_new_password_by_mail_leaves_the_second_factor(client: Client, secured: Editor, database: Database):
    with database.writing() as session:
        them = people.get(session, secured.id)
        people.set_password(session, them, "four orange scooters", actor=them.actor)
    assert client.sign_in(secured.email, "four orange scooters").location == "/login/code"
