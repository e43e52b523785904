"""`tracker token`, from the machine that Tracker runs on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories import make_editor
from tracker import clock
from tracker.accounts import tokens
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path) -> Run:
    """`run("token", "list")`: what that command answers."""
    environ = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": "0123456789abcdef" * 3}

    def go(*arguments: str) -> Result:
        return CliRunner().invoke(command, arguments, obj=Context(environ), standalone_mode=True)

    return go


def test_token_add_prints_a_token_that_works(run: Run, database: Database):
    owner = make_editor(database)
    answer = run("token", "add", owner.email, "--name", "Bot", "--scope", "read", "--scope", "propose")
    assert answer.exit_code == 0, answer.output
    with database.reading() as session:
        holder = tokens.find_holder(session, answer.stdout.strip(), clock.today("UTC"))
        assert holder is not None
        assert holder.owner_id == owner.id
        assert set(holder.scopes) == {"read", "propose"}


def test_token_add_refuses_what_the_role_does_not_allow(run: Run, database: Database):
    owner = make_editor(database, roles=("viewer",))
    answer = run("token", "add", owner.email, "--name", "Bot", "--scope", "propose")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert run("token", "add", "nobody@example.org", "--name", "Bot").exit_code == 1
    assert run("token", "list").stdout == ""


def test_token_revoke_ends_it_and_list_shows_that(run: Run, database: Database):
    owner = make_editor(database)
    secret = run("token", "add", owner.email, "--name", "Bot").stdout.strip()
    number, *_, state = run("token", "list").stdout.strip().split("\t")
    assert state == "works"
    assert secret not in run("token", "list").stdout
    assert run("token", "revoke", number).exit_code == 0
    assert run("token", "list").stdout.strip().split("\t")[-1] == "revoked"
    with database.reading() as session:
        assert tokens.find_holder(session, secret, clock.today("UTC")) is None
    assert run("token", "revoke", "999999").exit_code == 1
