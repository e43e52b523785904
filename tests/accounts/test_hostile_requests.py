"""What an attacker sends to become more than they are."""

import pytest

from tests.factories import make_editor
from tests.support.web import PASSWORD, Client
from tracker.db import Database


def test_session_that_was_set_before_signing_in_is_not_the_one_after(client: Client, database: Database):
    owner = make_editor(database, password=PASSWORD)
    client.get("/login")
    before = client.cookie()
    assert client.sign_in(owner.email).status_code == 303
    assert client.get("/queue").status_code == 200
    after = client.cookie()
    assert after != before
    client.set_cookie("session", before)
    assert client.get("/queue").status_code == 303


@pytest.mark.parametrize("size", [1_000_000, 129])
def test_huge_password_is_refused_at_the_door(client: Client, database: Database, size: int):
    owner = make_editor(database, password=PASSWORD)
    answer = client.sign_in(owner.email, "a" * size)
    assert answer.status_code == (413 if size > 16 * 1024 else 422)
    assert client.get("/queue").status_code == 303


def test_long_passwords_that_differ_at_their_end_are_not_the_same(client: Client, database: Database):
    start = "A sentence that nobody else has thought of, long enough to be cut where old programs cut. " + PASSWORD
    assert 72 < len(start) < 127
    owner = make_editor(database, password=f"{start}1")
    assert client.sign_in(owner.email, f"{start}2").status_code == 422
    assert client.sign_in(owner.email, f"{start}1").status_code == 303
