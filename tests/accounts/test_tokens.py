"""Tokens of the API: made once, shown once, worth their owner's role, ended in one request."""

import re
import zlib
from datetime import timedelta

import pytest
import time_machine
from passlib.totp import TOTP
from sqlalchemy import select

from tests.factories import events_of, make_editor
from tests.support.web import PASSWORD, SECRET, SignIn
from tracker import clock
from tracker.accounts import people, second_factor, tokens
from tracker.accounts.models import ApiToken, Editor
from tracker.accounts.routes import reauthentication
from tracker.accounts.tokens import Scope
from tracker.db import Database
from tracker.errors import Forbidden, Invalid, NotFound
from tracker.ledger import SYSTEM

TODAY = clock.today("UTC")
ADMIN = ("admin",)


def add(database: Database, owner: Editor, *scopes: str, days: int = 90) -> tuple[int, str]:
    with database.writing() as session:
        own = session.get_one(Editor, owner.id)
        row, secret = tokens.add(session, own, "Bot", scopes or ("read",), actor=own.actor, today=TODAY, days=days)
        return row.id, secret


def scopes(database: Database, secret: str, *, later: int = 0) -> frozenset[Scope] | None:
    with database.reading() as session:
        found = tokens.find_holder(session, secret, TODAY + timedelta(days=later))
        return found.scopes if found else None


def test_token_has_prefix_random_part_and_checksum(database: Database):
    _, secret = add(database, make_editor(database))
    assert re.fullmatch(r"trk_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}", secret)
    digits, number = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 0
    for digit in secret[47:]:
        number = number * 62 + digits.index(digit)
    assert number == zlib.crc32(secret[4:47].encode())
    assert tokens.is_well_formed(secret)


def test_changed_token_is_recognised_without_a_query(database: Database):
    _, secret = add(database, make_editor(database))
    for wrong in (secret[:-1], secret + "x", "trk_" + "x" * 49, secret.replace("trk_", "trk-"), secret.swapcase(), "", "é" * 53):
        assert not tokens.is_well_formed(wrong), wrong


def test_token_is_stored_as_its_hash_alone(database: Database):
    number, secret = add(database, make_editor(database))
    with database.reading() as session:
        row = session.get_one(ApiToken, number)
        stored = [str(value) for value in vars(row).values()]
    assert not any(secret in value or secret[4:47] in value for value in stored)
    assert all(secret[4:47] not in event.canonical for event in events_of(database, f"token:{number}"))


def test_token_gives_its_scopes_until_its_last_day(database: Database):
    _, secret = add(database, make_editor(database), "read", "propose", days=5)
    assert scopes(database, secret) == {Scope.READ, Scope.PROPOSE}
    assert scopes(database, secret, later=5) == {Scope.READ, Scope.PROPOSE}
    assert scopes(database, secret, later=6) is None


@pytest.mark.parametrize(
    ("given", "days", "field"),
    [
        ((), 90, "scopes"),
        (("sign",), 90, "scopes"),
        (("read",), 366, "days"),
        (("read",), 0, "days"),
        (("propose",), 9, "scopes"),
    ],
)
def test_token_is_refused_with_its_field_named(database: Database, given: tuple[str, ...], days: int, field: str):
    viewer = make_editor(database, roles=("viewer",))
    with database.writing() as session:
        own = session.get_one(Editor, viewer.id)
        with pytest.raises(Invalid) as refused:
            tokens.add(session, own, "Bot", given, actor=own.actor, today=TODAY, days=days)
    assert refused.value.field == field
    with database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_token_for_another_account_is_refused(database: Database):
    chief, other = make_editor(database, roles=("chief",)), make_editor(database)
    with database.writing() as session, pytest.raises(Forbidden):
        tokens.add(session, session.get_one(Editor, other.id), "Bot", ["read"], actor=chief.actor, today=TODAY)


def test_owner_has_a_bounded_number_of_working_tokens(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tokens, "TOKENS_MAX", 2)
    owner = make_editor(database)
    first, _ = add(database, owner)
    add(database, owner)
    with pytest.raises(Invalid):
        add(database, owner)
    with database.writing() as session:
        tokens.revoke(session, first, actor=owner.actor)
    add(database, owner)


def test_revoked_token_opens_nothing_and_is_recorded_once(database: Database):
    owner = make_editor(database)
    number, secret = add(database, owner)
    _, kept = add(database, owner)
    for _ in range(2):
        with database.writing() as session:
            tokens.revoke(session, number, actor=owner.actor)
    assert scopes(database, secret) is None
    assert scopes(database, kept) == {Scope.READ}
    assert [event.kind for event in events_of(database, f"token:{number}")] == ["api_token.added", "api_token.revoked"]


def test_chief_revokes_the_token_of_another_and_an_editor_does_not(database: Database):
    number, secret = add(database, make_editor(database))
    with database.writing() as session, pytest.raises(Forbidden):
        tokens.revoke(session, number, actor=make_editor(session).actor)
    assert scopes(database, secret) == {Scope.READ}
    with database.writing() as session, pytest.raises(NotFound):
        tokens.revoke(session, 999_999, actor=SYSTEM)
    with database.writing() as session:
        tokens.revoke(session, number, actor=make_editor(session, roles=("chief",)).actor)
    assert scopes(database, secret) is None


def test_disabling_an_editor_ends_their_tokens_for_good(database: Database):
    owner, admin = make_editor(database), make_editor(database, roles=ADMIN)
    _, secret = add(database, owner)
    _, other = add(database, make_editor(database))
    with database.writing() as session:
        people.disable(session, session.get_one(Editor, owner.id), actor=admin.actor)
        people.enable(session, session.get_one(Editor, owner.id), actor=admin.actor)
    assert scopes(database, secret) is None
    assert scopes(database, other) == {Scope.READ}


def test_changing_roles_ends_tokens(database: Database):
    owner, admin = make_editor(database), make_editor(database, roles=ADMIN)
    _, secret = add(database, owner, "read", "write:claims")
    with database.writing() as session:
        people.set_roles(session, session.get_one(Editor, owner.id), ["viewer"], actor=admin.actor)
    assert scopes(database, secret) is None


def test_scope_is_worth_no_more_than_the_role_of_the_moment(database: Database):
    owner = make_editor(database, roles=("viewer",))
    with database.writing() as session:
        row, secret = tokens.add(session, session.get_one(Editor, owner.id), "Bot", ["read"], actor=owner.actor, today=TODAY)
        row.scopes = "read read:desk write:claims propose"
        found = tokens.find_holder(session, secret, TODAY)
        assert found is not None
        assert found.scopes == {Scope.READ}
        assert (found.roles, found.actor.roles) == (frozenset({"viewer"}), frozenset({"viewer"}))


def test_page_shows_a_new_token_once(sign_in: SignIn, database: Database):
    browser = sign_in("editor")
    answer = browser.post("/account/tokens", data={"name": "Website box", "scopes": ["read"], "days": "30"})
    found = re.search(r"trk_[\w-]{49}", answer.text)
    assert answer.status_code == 200
    assert found
    assert scopes(database, found[0]) == {Scope.READ}
    listed = browser.get("/account/tokens").text
    assert "Website box" in listed
    assert found[0] not in listed


def test_page_lists_the_tokens_of_others_for_chiefs_alone(sign_in: SignIn, database: Database):
    add(database, make_editor(database, name="Nadia Owner"))
    assert "Nadia Owner" in sign_in("chief").get("/account/tokens").text
    assert "Nadia Owner" not in sign_in("editor").get("/account/tokens").text


def test_page_revokes_in_one_click(sign_in: SignIn, database: Database):
    browser = sign_in("editor")
    number, secret = add(database, browser.editor)
    assert browser.post(f"/account/tokens/{number}/revoke").status_code == 303
    assert scopes(database, secret) is None


def test_page_asks_for_the_password_again_after_a_while(sign_in: SignIn, database: Database):
    browser = sign_in("editor")
    with time_machine.travel(clock.now() + timedelta(seconds=reauthentication.SECONDS + 1)):
        answer = browser.post("/account/tokens", data={"name": "Bot", "scopes": ["read"], "days": "30"})
        assert answer.location.startswith("/confirm")
        assert browser.post("/confirm", data={"password": PASSWORD, "next": "/account/tokens"}).status_code == 303
        assert browser.get("/account/tokens").status_code == 200
    with database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_page_asks_for_the_second_factor_where_there_is_one(sign_in: SignIn, database: Database):
    editor = make_editor(database)
    keeper = second_factor.Keeper(SECRET)
    with database.writing() as session:
        own = session.get_one(Editor, editor.id)
        second_factor.begin(session, own, keeper)
        key = second_factor.key_to_scan(own, keeper)
        code = str(TOTP(key=key, format="base32").generate().token)
        codes = second_factor.confirm(session, own, code, keeper, actor=own.actor)
    browser = sign_in(editor)
    given = {"name": "Bot", "scopes": ["read"], "days": "30"}
    assert browser.post("/account/tokens", data=given).status_code == 422
    assert browser.post("/account/tokens", data={**given, "code": "000000"}).status_code == 422
    with database.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []
    assert browser.post("/account/tokens", data={**given, "code": codes[0]}).status_code == 200
