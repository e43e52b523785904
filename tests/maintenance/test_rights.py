"""`tracker db rights`: the SQL for the application's account, printed or applied.

What it allows: `tests/ledger/test_two_accounts.py`.
"""

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from tests.support.postgres import APPLICATION, OWNER, PostgresServer
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.errors import Invalid
from tracker.maintenance.rights import build_script

ODD = 'app "of" o\'ne \\ 100%'


def run(database: Database, home: Path, *arguments: str, username: str = OWNER) -> Result:
    account = {} if database.is_sqlite else {"username": username}
    url = database.url.set(**account).render_as_string(hide_password=False)
    environment = {"TRACKER_HOME": str(home), "TRACKER_DATABASE_URL": url}
    return CliRunner().invoke(command, ["db", "rights", *arguments], obj=Context(environment))


@pytest.fixture
def account(postgres_server: PostgresServer, postgres_database: Database) -> str:
    """An account with a name that has to be quoted. It cannot be dropped before its database, and goes with the server."""
    name = f"{ODD} {postgres_database.url.database}"[:60]
    postgres_server._administer("CREATE ROLE {} LOGIN NOSUPERUSER", name)
    return name


def test_rights_prints_the_script_without_touching_the_database(tmp_path: Path, postgres_database: Database):
    done = run(postgres_database, tmp_path, "--app", "reader")

    assert done.exit_code == 0
    assert done.output == build_script("reader")
    assert 'GRANT USAGE ON SCHEMA public TO "reader";' in done.output


def test_rights_are_applied_to_an_account_of_any_name(tmp_path: Path, postgres_database: Database, account: str):
    done = run(postgres_database, tmp_path, "--app", account, "--apply")

    assert done.output == f"{account} has the rights of the application on the tables of {OWNER}.\n"
    with postgres_database.reading() as session:
        may = sa.text("SELECT has_table_privilege(:name, :table, :right)")
        allowed = {
            (table, right): session.scalar(may, {"name": account, "table": table, "right": right})
            for table in ("claim", "event", "alembic_version")
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE")
        }
    assert [key for key, value in allowed.items() if value] == [
        ("claim", "SELECT"), ("claim", "INSERT"), ("claim", "UPDATE"), ("claim", "DELETE"),
        ("event", "SELECT"), ("event", "INSERT"),
        ("alembic_version", "SELECT"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "reason"), [("no_such_account", "There is no account"), (OWNER, "owns the tables")])
def test_rights_of_a_wrong_account_are_refused(tmp_path: Path, postgres_database: Database, name: str, reason: str):
    done = run(postgres_database, tmp_path, "--app", name, "--apply")

    assert done.exit_code == 1
    assert reason in done.stderr


def test_rights_given_by_an_account_that_does_not_own_the_tables_are_refused(
    tmp_path: Path, postgres_database: Database, account: str
):
    done = run(postgres_database, tmp_path, "--app", account, "--apply", username=APPLICATION)

    assert (done.exit_code, done.stderr) == (1, f"tracker: The tables belong to {OWNER}. Sign in as that account.\n")


def test_rights_on_sqlite_are_refused(tmp_path: Path, sqlite_database: Database):
    done = run(sqlite_database, tmp_path, "--apply")

    assert (done.exit_code, done.stderr) == (1, "tracker: SQLite has no accounts; the file's permissions count.\n")


@pytest.mark.parametrize("name", ["", "a\0b", "é" * 32])
def test_script_refuses_a_name_that_no_account_has(name: str):
    with pytest.raises(Invalid):
        build_script(name)
