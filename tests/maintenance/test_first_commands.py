"""Commands before the first start: what they make, what they leave alone, and what they do without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories import make_claim
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database

IS_ROOT = os.geteuid() == 0
ANOTHER = 12_345


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=Context(variables))


@pytest.mark.skipif(not IS_ROOT, reason="only root can act in the folder of another account")
@pytest.mark.parametrize("arguments", [["db", "upgrade"], ["serve", "--port", "0"], ["remind"]])
def test_root_makes_nothing_in_the_home_of_another_account(tmp_path: Path, arguments: list[str]):
    os.chown(tmp_path, ANOTHER, ANOTHER)

    done = run(*arguments, TRACKER_HOME=str(tmp_path))

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert (f"{tmp_path} belongs to the account #{ANOTHER}" in done.stderr) or "There is no database" in done.stderr
    assert os.listdir(tmp_path) == []


def test_check_makes_neither_home_nor_database_nor_key(tmp_path: Path):
    home = tmp_path / "none"

    done = run("db", "check", TRACKER_HOME=str(home))

    assert done.exit_code == 1
    assert done.stderr == f"tracker: There is no database at {home}/tracker.db yet. Run: tracker db upgrade\n"
    assert not home.exists()


def test_check_of_an_existing_database_makes_no_key(tmp_path: Path, sqlite_database: Database):
    before = sorted(os.listdir(tmp_path))

    done = run("db", "check", TRACKER_HOME=str(tmp_path), TRACKER_DATABASE_URL=str(sqlite_database.url))

    assert done.exit_code == 0
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.parametrize("arguments", [["db", "upgrade"], ["db", "check"], ["history", "verify"], ["editor", "list"]])
def test_command_that_signs_nothing_needs_no_secret_key(tmp_path: Path, postgres_database: Database, arguments: list[str]):
    url = postgres_database.url.render_as_string(hide_password=False)

    done = run(*arguments, TRACKER_HOME=str(tmp_path), TRACKER_DATABASE_URL=url)

    assert done.exit_code == 0, done.output
    assert os.listdir(tmp_path) == []


def test_backup_to_standard_output_is_a_whole_database(tmp_path: Path, sqlite_database: Database):
    claim = make_claim(sqlite_database)
    environment = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": str(sqlite_database.url), "PATH": os.defpath}

    done = subprocess.run(
        [sys.executable, "-m", "tracker", "db", "backup", "-"], env=environment, capture_output=True, check=True, timeout=120
    )

    copy = tmp_path / "copy.db"
    copy.write_bytes(done.stdout)
    copied = Database(f"sqlite:///{copy}")
    with copied.reading() as session:
        assert session.connection().exec_driver_sql("SELECT id FROM claim").scalars().all() == [claim.id]
    copied.dispose()
    assert done.stderr == b""
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []
