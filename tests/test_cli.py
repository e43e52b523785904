"""The command: what it answers, with which exit status, and how soon."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from tests.factories import events_of, make_claim
from tests.support.databases import TestDatabase
from tracker import __version__, cli
from tracker.cli import PARTS, command
from tracker.command_context import Context
from tracker.db import Database
from tracker.errors import Invalid

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"
Run = Callable[..., Result]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": KEY}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run the command in this process: `run("flag-due", "--on", "2024-03-11")`."""

    def call(*arguments: str, **variables: str) -> Result:
        return CliRunner().invoke(command, arguments, obj=Context(environment | variables))

    return call


def started(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")} | variables
    return subprocess.run(
        [sys.executable, "-m", "tracker", *arguments], capture_output=True, text=True, check=False, env=environment, timeout=60
    )


def test_help_names_every_part_and_imports_none_of_them():
    code = "import sys; sys.argv = ['tracker', '--help']\ntry: from tracker.cli import main; main()\n"
    code += "finally: print([m for m in ('sqlalchemy', 'flask', 'alembic', 'structlog') if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert [name for name in PARTS if f"  {name} " not in done.stdout] == []
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("name", PARTS)
def test_every_part_can_be_imported_and_explains_itself(name: str):
    found = command.get_command(click.Context(command), name)  # type: ignore[attr-defined]

    assert found is not None
    assert found.name == name
    assert CliRunner().invoke(command, [name, "--help"]).exit_code == 0


def test_version_option_prints_the_version():
    assert CliRunner().invoke(command, ["--version"]).output == f"tracker, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["flag-due", "--on", "tomorrow"],
        ["flag-due", "--on", "2023-02-29"],
        ["export", "verdicts", "--since", "0001-01-01"],
        ["export", "claims", "--as-of", "9999-12-31"],
        ["db"],
        ["db", "nope"],
        [],
    ],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: list[str]):
    done = run(*arguments)

    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_flag_due_prints_how_many_it_flagged(run: Run, database: Database):
    claims = [make_claim(database, "open", review_on=date(2024, 3, day)) for day in (10, 11, 12)]

    assert run("flag-due", "--on", "2024-03-11").output == "2\n"
    assert run("flag-due", "--on", "2024-03-11").output == "0\n"
    assert run("flag-due").output == "1\n"

    assert [events_of(database, claim)[-1].kind for claim in claims] == ["claim.flag"] * 3


def test_flag_due_takes_the_day_of_the_newsroom(run: Run, database: Database, clock_at: Callable[[date], None]):
    make_claim(database, "open", review_on=date(2024, 3, 12))

    clock_at(date(2024, 3, 11))
    assert run("flag-due").output == "0\n"
    clock_at(date(2024, 3, 12))
    assert run("flag-due").output == "1\n"


def test_a_bad_variable_is_one_line_that_names_it(run: Run):
    done = run("flag-due", TRACKER_TIMEZONE="Mars/Olympus")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("tracker: TRACKER_TIMEZONE: ")


def test_a_database_without_tables_is_refused_with_what_to_do(run: Run, new_database: Callable[..., TestDatabase], backend: str):
    done = run("flag-due", TRACKER_DATABASE_URL=new_database(backend, migrated=False).url)

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "tracker db upgrade" in done.stderr


def test_a_database_that_does_not_answer_is_one_line(run: Run):
    done = run("flag-due", TRACKER_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("tracker: the database cannot do this now: ")


def fails_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> Result:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(cli.Parts, "get_command", lambda *_: failing)
    return CliRunner().invoke(command, ["db"])


def test_a_refusal_is_one_line_and_1(monkeypatch: pytest.MonkeyPatch):
    done = fails_with(Invalid("Give %(what)s\nagain.", what="a name"), monkeypatch)

    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "tracker: Give a name again.\n")


def test_a_file_that_cannot_be_written_is_one_line_and_1(monkeypatch: pytest.MonkeyPatch):
    done = fails_with(PermissionError(13, "Permission denied", "/root/out.csv"), monkeypatch)

    assert (done.exit_code, done.stderr) == (1, "tracker: /root/out.csv: Permission denied\n")


def test_ctrl_c_is_no_fault(monkeypatch: pytest.MonkeyPatch):
    done = fails_with(KeyboardInterrupt(), monkeypatch)

    assert (done.exit_code, done.stderr) == (130, "\ntracker: stopped.\n")


def test_a_fault_of_our_own_keeps_its_trace(monkeypatch: pytest.MonkeyPatch):
    done = fails_with(AssertionError("ours"), monkeypatch)

    assert isinstance(done.exception, AssertionError)


def test_the_process_itself_answers_like_that(tmp_path: Path):
    done = started("flag-due", TRACKER_HOME=str(tmp_path))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"tracker: There is no database at {tmp_path}/tracker.db yet. Run: tracker db upgrade\n"


def test_what_a_command_opened_is_closed_after_it(run: Run, monkeypatch: pytest.MonkeyPatch):
    disposed: list[Any] = []
    dispose = Database.dispose
    monkeypatch.setattr(Database, "dispose", lambda self: (disposed.append(self), dispose(self))[1])

    run("flag-due")

    assert len(disposed) == 1
