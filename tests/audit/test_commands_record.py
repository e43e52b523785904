"""Whatever a command writes into tracked rows, it records: after all of them, the rows are what the history says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.ledger.support import checked
from tests.support.databases import as_owner
from tracker.accounts import commands as accounts
from tracker.accounts.models import Editor
from tracker.accounts.second_factor import METHOD
from tracker.cli import PARTS, command
from tracker.command_context import Context
from tracker.db import Database
from tracker.server import demonstration

Run = Callable[..., Result]
# What is only read, needs no database, or is waited for: it writes what the web pages or the jobs write.
READING = {"api", "config", "docs", "export", "mail", "publish", "scheduler", "scores", "serve", "suggest"}
WEATHER = ("--default", "language=en", "--default", "article_published_on=2030-01-15")
EDITOR = ("editor", "add", "new@example.org", "--name", "New Colleague", "--role", "chief", "--role", "editor")


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    environment = {
        "TRACKER_HOME": str(tmp_path),
        "TRACKER_DATABASE_URL": database_url,
        "TRACKER_SECRET_KEY": "k3y-f0r-t3sts-0123456789abcdefghijkl",
        "TRACKER_TIMEZONE": "America/Bogota",
    }

    def call(*arguments: str, typed: str = "") -> Result:
        done = CliRunner().invoke(command, list(arguments), obj=Context(environment), input=typed)
        assert done.exit_code == 0, (arguments, done.output)
        return done

    return call


def test_every_command_that_writes_records_it(database: Database, run: Run, tmp_path: Path):
    file = tmp_path / "claims.csv"
    file.write_text("claim,speaker,due,topics\nIt will rain.,The weather office,2031-02-03,Weather\n", "utf-8")
    commands: list[tuple[str, ...]] = [
        ("db", "upgrade"),
        ("setup-link",),
        ("seed",),
        EDITOR,
        ("editor", "add", "gone@example.org", "--name", "Gone Colleague", "--role", "editor"),
        ("editor", "disable", "gone@example.org"),
        ("editor", "password", "new@example.org"),
        ("token", "add", "new@example.org", "--name", "Website box"),
        ("token", "revoke", "1"),
        ("import", "claims", str(file), "--article", "The weather", *WEATHER),
        ("flag-due", "--on", "2031-03-01"),
        ("remind",),
        ("public", "rebuild"),
        ("history", "verify", "--rows"),
        ("db", "restored"),
    ]
    for arguments in commands:
        run(*arguments)
    with database.writing() as session:
        session.scalars(select(Editor).where(Editor.email == "new@example.org")).one().tf_primary_method = METHOD
    run("editor", "second-factor-off", "new@example.org")
    assert {arguments[0] for arguments in commands} | READING | {"demo"} == set(PARTS), "a new command: run it here"
    report = checked(database, rows=True)
    assert report.findings == []
    assert report.rows


def test_every_command_of_accounts_is_run_above():
    assert set(accounts.editor.commands) == {"add", "list", "disable", "password", "second-factor-off"}


def test_a_fresh_demonstration_verifies_with_its_rows(database: Database, run: Run, tmp_path: Path):
    settings = demonstration.settings_from({"TRACKER_HOME": str(tmp_path)})
    with as_owner(database) as owner:  # it makes its tables itself
        demonstration.prepare(owner, settings, say=lambda line: None)
    report = checked(database, rows=True)
    assert report.findings == []
    assert report.last.seq > 100
