"""Signing in and out, and everything that must not sign anybody in."""

import time
from collections.abc import Callable
from statistics import median

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from tests.factories import change_settings, events_of, make_editor
from tests.support.web import PASSWORD, AppFactory, Client, SignIn, password_hash
from tracker.accounts import passwords, people
from tracker.accounts.models import Editor, EditorSession
from tracker.db import Database

GENERIC = "This e-mail address or password is wrong."


@pytest.fixture
def ann(database: Database) -> Editor:
    editor = make_editor(database, "Ann Lee", email="ann@example.org")
    with database.writing() as session:
        session.get_one(Editor, editor.id).password = password_hash()
    return editor


@pytest.fixture
def slow_client(real_hashing: None, ann: Editor, database: Database, new_app: AppFactory) -> Client:
    """A browser of an application that hashes passwords as slowly as a newsroom's; Ann's password was hashed so, too."""
    with database.writing() as session:
        session.get_one(Editor, ann.id).password = passwords.hash_of(PASSWORD)
    client = new_app().test_client()
    assert isinstance(client, Client)
    return client


def test_the_right_password_leads_to_the_queue(client: Client, ann: Editor):
    answer = client.sign_in(ann.email)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Ann Lee" in client.get("/settings").text


@pytest.mark.parametrize("typed", ["  ANN@Example.ORG ", "ann@example.org", "ａｎｎ@example.org"])
def test_an_address_may_be_typed_in_any_case_and_width(client: Client, ann: Editor, typed: str):
    assert client.sign_in(typed).status_code == 303


def test_the_dotless_i_is_another_letter(client: Client, database: Database):
    editor = make_editor(database, email="admin@example.org", password=PASSWORD)
    assert client.sign_in("adm\u0131n@example.org").status_code == 422
    assert client.sign_in("ADM\u0130N@example.org").status_code == 422
    assert client.sign_in(editor.email.upper()).status_code == 303


def test_wrong_password_unknown_account_and_disabled_account_read_the_same(client: Client, ann: Editor, database: Database):
    gone = make_editor(database, email="gone@example.org", password=PASSWORD, active=False)
    make_editor(database, email="invited@example.org")
    answers = [
        client.sign_in(ann.email, "not the password"),
        client.sign_in("nobody@example.org"),
        client.sign_in(gone.email),
        client.sign_in("invited@example.org"),
        client.sign_in("not an address"),
        client.sign_in(ann.email, ""),
        client.sign_in("", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert all(answer.text.count(GENERIC) == 1 for answer in answers)
    assert client.get("/settings").status_code == 303


def test_the_page_keeps_the_address_that_was_typed_and_never_the_password(client: Client, ann: Editor):
    text = client.sign_in("Ann@Example.org", "not the password").text
    assert 'value="Ann@Example.org"' in text
    assert "not the password" not in text


def test_an_unknown_account_takes_as_long_as_a_known_one(slow_client: Client, ann: Editor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.accounts.login_rate_limit.PER_ACCOUNT_AND_ADDRESS", 1000)

    def seconds(email: str) -> float:
        # Of this thread's work: what else the machine does tells nothing about the account.
        start = time.thread_time()
        slow_client.sign_in(email, "not the password at all")
        return time.thread_time() - start

    seconds(ann.email), seconds("nobody@example.org")
    known, unknown = zip(*((seconds(ann.email), seconds("nobody@example.org")) for _ in range(15)), strict=True)
    assert abs(median(known) - median(unknown)) < 0.02


@pytest.mark.parametrize(
    "evil", ["//evil", "/\\evil", "https:evil", "https://evil/", "\\\\evil", "/\t/evil", " //evil", "javascript:x"]
)
def test_signing_in_never_leads_away(client: Client, ann: Editor, evil: str):
    assert client.sign_in(ann.email, next=evil).location == "/"


def test_it_leads_back_to_where_one_wanted_to_go(client: Client, ann: Editor):
    answer = client.get("/settings/newsroom?a=1&b=é")
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=/settings/newsroom")
    page = client.get(answer.location)
    assert 'name="next" value="/settings/newsroom?a=1&amp;b=é"' in page.text
    assert client.sign_in(ann.email, next="/settings/newsroom?a=1").location == "/settings/newsroom?a=1"
    # Without a form field, the query counts; and it is looked at the same way.
    again = client.application.test_client()
    assert isinstance(again, Client)
    assert again.post("/login?next=//evil", data={"email": ann.email, "password": PASSWORD}).location == "/"


def test_what_the_cookie_held_before_signing_in_does_not_count_afterwards(client: Client, ann: Editor):
    client.get("/login")
    with client.session_transaction() as cookie:
        cookie["sid"] = "chosen by somebody else"
        before = cookie["csrf_token"]
    client.sign_in(ann.email)
    with client.session_transaction() as cookie:
        assert cookie["sid"] != "chosen by somebody else"
        assert len(cookie["sid"]) >= 43
        assert cookie.get("csrf_token") != before


def test_signing_in_twice_gives_two_sessions(new_client: Callable[[], Client], ann: Editor, database: Database):
    one, other = new_client(), new_client()
    one.sign_in(ann.email), other.sign_in(ann.email)
    with one.session_transaction() as a, other.session_transaction() as b:
        assert a["sid"] != b["sid"]
    with database.reading() as session:
        rows = session.query(EditorSession).all()
    assert len(rows) == 2
    assert all(len(row.sid_hash) == 64 and row.sid_hash not in one.cookie() for row in rows)


def test_a_cookie_replayed_after_signing_out_opens_nothing(client: Client, new_client: Callable[[], Client], ann: Editor):
    client.sign_in(ann.email)
    stolen = client.cookie()
    answer = client.post("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    thief = new_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/settings").status_code == 303
    assert client.get("/settings").status_code == 303


def test_signing_out_needs_a_post_with_a_token(sign_in: SignIn):
    browser = sign_in()
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout", csrf=False).status_code == 400
    assert browser.get("/settings").status_code == 200


def test_sign_in_from_another_site_is_refused(client: Client, ann: Editor):
    answer = client.post("/login", data={"email": ann.email, "password": PASSWORD}, csrf=False)
    assert answer.status_code == 400
    assert PASSWORD not in answer.text
    assert client.get("/settings").status_code == 303


def test_a_token_of_another_browser_is_refused(new_client: Callable[[], Client], ann: Editor, app: Flask):
    mine, theirs = new_client(), new_client()
    with theirs.session_transaction() as cookie:
        cookie["csrf_token"] = "another"
    data = {"email": ann.email, "password": PASSWORD, "csrf_token": theirs.csrf_token()}
    mine.get("/login")
    assert mine.post("/login", data=data, csrf=False).status_code == 400


def test_a_cookie_signed_with_another_key_opens_nothing(sign_in: SignIn, new_client: Callable[[], Client], app: Flask):
    browser = sign_in()
    with browser.session_transaction() as cookie:
        held = dict(cookie)
    forger = Flask("forger")
    forger.secret_key = "dev"
    signer = SecureCookieSessionInterface().get_signing_serializer(forger)
    assert signer is not None
    thief = new_client()
    thief.set_cookie("session", str(signer.dumps(held)))
    assert thief.get("/settings").status_code == 303


@pytest.mark.parametrize("missing", ["sid", "_user_id"])
def test_a_cookie_without_all_its_parts_opens_nothing(sign_in: SignIn, missing: str):
    browser = sign_in()
    with browser.session_transaction() as cookie:
        del cookie[missing]
    assert browser.get("/settings").status_code == 303


def test_one_editors_sid_does_not_open_anothers_account(sign_in: SignIn):
    ann, ben = sign_in("editor"), sign_in("admin")
    with ann.session_transaction() as a, ben.session_transaction() as b:
        a["_user_id"] = b["_user_id"]
    assert ann.get("/settings").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Authentication-Token": "x"},
        {"Authorization": "Basic YW5uQGV4YW1wbGUub3JnOnNldmVuIGdyZWVuIGJpY3ljbGVz"},
        {"Authorization": "Bearer x"},
        {"Cookie": "remember_token=x|y"},
    ],
)
def test_nothing_but_the_session_signs_in(client: Client, ann: Editor, headers: dict[str, str]):
    assert client.get("/settings", headers=headers).status_code == 303


def test_json_is_no_way_in(client: Client, ann: Editor):
    body = {"email": ann.email, "password": PASSWORD}
    headers = {"X-CSRFToken": client.csrf_token(), "Accept": "application/json"}
    assert client.post("/login?include_auth_token", json=body, headers=headers, csrf=False).status_code == 415
    assert client.get("/settings").status_code == 303
    answer = client.post("/login?include_auth_token", data=body, headers=headers)
    assert answer.status_code == 303
    assert b"authentication_token" not in answer.data


def test_long_passphrases_differ_to_the_last_character(client: Client, database: Database):
    phrase = "é" * 20 + "correct horse battery staple " * 3 + "ab"
    assert len(phrase.encode()) > 72
    make_editor(database, email="long@example.org", password=phrase)
    assert client.sign_in("long@example.org", phrase[:-1] + "c").status_code == 422
    assert client.sign_in("long@example.org", phrase[:72]).status_code == 422
    assert client.sign_in("long@example.org", phrase).status_code == 303


def test_a_password_counts_however_its_accents_were_typed(client: Client, database: Database):
    make_editor(database, email="accent@example.org", password="mot de passe é à è")
    assert client.sign_in("accent@example.org", "mot de passe e\u0301 a\u0300 e\u0300").status_code == 303


@pytest.mark.parametrize("password", ["x" * 129, "x" * 1025, "é" * 600, "x" * 1_000_000, "a\x00b" * 5, "ab\ud800" * 5])
def test_what_can_be_no_password_is_refused_without_being_hashed(
    client: Client, ann: Editor, password: str, monkeypatch: pytest.MonkeyPatch
):
    def never(*_: object) -> None:
        raise AssertionError("hashed")

    for name in ("hash_password", "verify_password", "verify_and_update_password"):
        monkeypatch.setattr(f"flask_security.utils.{name}", never)
        monkeypatch.setattr(f"flask_security.forms.{name}", never, raising=False)
    answer = client.post("/login", data={"email": ann.email, "password": password.encode("utf-8", "surrogatepass")})
    # A form with bytes that are no UTF-8 is refused as a whole; one that is far too long is not even read.
    expected = 400 if "\ud800" in password else 413 if len(password) > 16_384 else 422
    assert answer.status_code == expected


def test_the_cookie_is_for_this_site_and_out_of_reach_of_scripts(client: Client, ann: Editor):
    for line in client.sign_in(ann.email).headers.getlist("Set-Cookie"):
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Path=/" in line
        assert "Domain" not in line
    session_line = next(x for x in client.sign_in(ann.email).headers.getlist("Set-Cookie") or [""])
    assert "Expires" not in session_line


def test_over_tls_the_cookies_are_bound_to_the_host(new_app: AppFactory, ann: Editor):
    browser = new_app(base_url="https://tracker.example.org").test_client()
    base = "https://tracker.example.org"
    data = {"email": ann.email, "password": PASSWORD, "csrf_token": browser.csrf_token()}
    lines = browser.post("/login", data=data, csrf=False, base_url=base, headers={"Referer": base}).headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in lines} == {"__Host-session", "__Host-device"}
    assert all("Secure" in line and "Path=/" in line and "Domain" not in line for line in lines)
    assert browser.get("/settings", base_url=base).status_code == 200


def test_keep_me_signed_in_outlives_the_browser(client: Client, ann: Editor):
    lines = client.sign_in(ann.email, keep="y").headers.getlist("Set-Cookie")
    assert any(line.startswith("session=") and "Expires" in line for line in lines)


def test_signed_in_editor_is_redirected_from_the_sign_in_page(sign_in: SignIn):
    browser = sign_in()
    assert browser.get("/login").location == "/"
    with browser.session_transaction() as cookie:
        sid = cookie["sid"]
    assert browser.sign_in("nobody@example.org").location == "/"
    with browser.session_transaction() as cookie:
        assert cookie["sid"] == sid


def test_the_samples_editors_come_into_a_demonstration_only(new_app: AppFactory, database: Database):
    make_editor(database, email="ines@example.org", password=PASSWORD, is_sample=True)
    real = new_app().test_client()
    assert real.sign_in("ines@example.org").status_code == 422
    assert "ines@example.org" not in real.get("/login").text
    demo = new_app(demo=True).test_client()
    assert "ines@example.org" in demo.get("/login").text
    assert demo.sign_in("ines@example.org").status_code == 303
    # The same cookie, brought to the newsroom's own application.
    real.set_cookie("session", demo.cookie())
    assert real.get("/settings").status_code == 303


def test_the_sign_in_page_speaks_french(client: Client, database: Database):
    change_settings(database, language="fr")
    text = client.get("/login", headers={"Accept-Language": "fr"}).text
    assert "Mot de passe" in text
    assert "Password" not in text


def test_nothing_of_a_sign_in_is_in_the_history(client: Client, ann: Editor, database: Database):
    client.sign_in(ann.email)
    assert [event.kind for event in events_of(database, ann)] == ["editor.created"]


def test_changing_the_password_ends_every_other_session(sign_in: SignIn, ann: Editor, database: Database, client: Client):
    here, there = sign_in(ann), sign_in(ann, keep="y")
    new = "nine yellow tricycles"
    data = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    old_cookie = here.cookie()
    answer = here.post("/change", data=data)
    assert (answer.status_code, answer.location) == (303, "/settings")
    page = here.get("/settings")
    assert page.status_code == 200
    assert "Your password is changed." in page.text
    assert there.get("/settings").status_code == 303
    here.set_cookie("session", old_cookie)
    assert here.get("/settings").status_code == 303
    assert client.sign_in(ann.email, PASSWORD).status_code == 422
    assert client.sign_in(ann.email, new).status_code == 303
    last = events_of(database, ann)[-1]
    assert (last.kind, last.actor) == ("editor.password", f"editor:{ann.id}")
    assert new not in last.canonical


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong password", "nine yellow tricycles", "nine yellow tricycles", "This is not your current password."),
        (PASSWORD, "short", "short", "Use at least 12 characters"),
        (PASSWORD, "x" * 129, "x" * 129, "Use at most 128 characters."),
        (PASSWORD, "password1234", "password1234", "too easy to guess"),
        (PASSWORD, "aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "too easy to guess"),
        (PASSWORD, "nine yellow tricycles", "nine yellow tricycle", "The two passwords are not the same."),
        (PASSWORD, PASSWORD, PASSWORD, "This is the password you have already."),
        ("", "nine yellow tricycles", "nine yellow tricycles", "Give a password."),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(sign_in: SignIn, ann: Editor, old: str, new: str, again: str, says: str):
    browser = sign_in(ann)
    answer = browser.post("/change", data={"password": old, "new_password": new, "new_password_confirm": again})
    assert answer.status_code == 422
    assert says in answer.text
    assert browser.get("/settings").status_code == 200
    assert browser.application.test_client().sign_in(ann.email).status_code == 303


def test_a_disabled_editors_open_page_is_dead_at_the_next_click(sign_in: SignIn, ann: Editor, database: Database):
    browser = sign_in(ann)
    admin = make_editor(database, roles=("admin",))
    with database.writing() as session:
        people.disable(session, people.get(session, ann.id), actor=admin.actor)
    assert browser.get("/settings").status_code == 303
    assert browser.post("/settings", data={"language": "fr", "theme": "dark"}).status_code == 303


def test_a_hash_of_weaker_settings_is_renewed_when_it_is_used(slow_client: Client, ann: Editor, database: Database):
    from argon2 import PasswordHasher

    with database.writing() as session:
        session.get_one(Editor, ann.id).password = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    assert slow_client.sign_in(ann.email).status_code == 303
    with database.reading() as session:
        assert "m=19456,t=2,p=1" in str(session.get_one(Editor, ann.id).password)
    assert slow_client.application.test_client().sign_in(ann.email).status_code == 303
