"""Bringing the schema up to date: whole or not at all, once, on both databases, and without losing what guards it."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from tests.migrations.old import a_claim_with_its_verdict, revisions, rows, writing
from tests.support.databases import TestDatabase, as_owner
from tests.support.processes import process, wait_until
from tracker import paths, schema, schema_state
from tracker.db import Database

HEAD = revisions()[-1]


@pytest.fixture
def empty(empty_database_url: str) -> Database:
    """A database with nothing in it, on both systems in turn."""
    database = Database(empty_database_url)
    yield database
    database.dispose()


@pytest.fixture
def database(database: Database) -> Iterator[Database]:
    """The test's own database, opened by the account that may change its tables."""
    with as_owner(database) as owner:
        yield owner


@pytest.fixture
def add_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """`add_revision("op.drop_table('note')")` writes a revision after the newest, for this test alone; its number."""
    folder = tmp_path / "100% of them"
    shutil.copytree(paths.migrations_dir(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(paths, "migrations_dir", lambda: folder)
    monkeypatch.setattr("sys.dont_write_bytecode", True)

    def add(body: str) -> str:
        number, lines = "9001", "\n".join(f"    {line}" for line in body.strip().splitlines())
        (folder / "versions" / f"{number}_of_the_test.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f'revision = "{number}"\ndown_revision = "{HEAD}"\nbranch_labels = None\ndepends_on = None\n\n\n'
            f"def upgrade():\n{lines}\n"
        )
        return number

    return add


# --- up to date ---


def test_from_nothing_to_the_newest_and_again_without_doing_anything(empty: Database):
    assert schema.state(empty) == schema.State(None, HEAD)
    schema.upgrade(empty)
    assert schema.state(empty).is_current
    assert schema.check_current(empty) == HEAD
    before = rows(empty, "chain_head")
    schema.upgrade(empty)
    assert rows(empty, "chain_head") == before


def test_one_revision_at_a_time_leads_to_the_same(empty: Database):
    for revision in revisions():
        schema.upgrade(empty, revision)
        assert schema.state(empty).current == revision
    assert schema.drift(empty) == []


def test_every_revision_has_its_test_with_old_data():
    folder = Path(__file__).parent / "migrations"
    assert [revision for revision in revisions() if not (folder / f"test_{revision}.py").is_file()] == []


def test_revisions_are_numbered_and_never_import_the_tracker():
    assert revisions() == [f"{number:04d}" for number in range(1, len(revisions()) + 1)]
    for file in paths.migrations_dir().glob("**/*.py"):
        assert "import tracker" not in file.read_text()
        assert "from tracker" not in file.read_text()


def test_empty_old_and_newer_databases_are_distinguished(empty: Database):
    with pytest.raises(schema.SchemaError, match=r"at revision none; .* Run: tracker db upgrade"):
        schema.check_current(empty)
    schema.upgrade(empty, "0001")
    with pytest.raises(schema.SchemaError, match=r"at revision 0001; .* Run: tracker db upgrade"):
        schema.check_current(empty)
    schema.upgrade(empty)
    with writing(empty) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(sa.text("UPDATE schema_fit SET works_from = '9999'"))
    with pytest.raises(schema.SchemaError, match="newer than this tracker knows"):
        schema.check_current(empty)
    with pytest.raises(schema.SchemaError, match="9999"):
        schema.upgrade(empty)


# --- drift ---


def test_the_tables_are_as_the_models_say(database: Database):
    assert schema.drift(database) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE note ADD COLUMN mood TEXT",
        "DROP INDEX ix_note_claim_id",
        "CREATE TABLE stray (id INTEGER PRIMARY KEY)",
        "DROP TABLE note",
    ],
)
def test_a_difference_between_tables_and_models_is_found(database: Database, statement: str):
    with writing(database) as connection:
        connection.execute(sa.text(statement))
    assert len(schema.drift(database)) >= 1


# --- all or nothing ---


def test_a_revision_that_fails_leaves_nothing_behind(database: Database, add_revision: Callable[[str], str]):
    add_revision("op.create_table('half', sa.Column('id', sa.Integer()))\nop.execute('SELECT nonsense FROM nowhere')")
    before = sorted(sa.inspect(database.engine).get_table_names())
    with pytest.raises(DBAPIError):
        schema.upgrade(database)
    assert sorted(sa.inspect(database.engine).get_table_names()) == before
    assert schema.state(database).current == HEAD


def upgrade_and_die(url: str, at_statement: int) -> None:
    """Upgrade, and be killed before the given statement."""
    database = Database(url)
    counted = 0

    def count(*_: Any) -> None:
        nonlocal counted
        counted += 1
        if counted == at_statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    schema.upgrade(database)
    database.dispose()


@pytest.mark.parametrize(("start", "at_statement"), [(None, 12), ("0001", 40), (None, 75)])
def test_killed_half_way_it_is_finished_by_the_next(
    empty: Database, empty_database_url: str, start: str | None, at_statement: int
):
    if start is not None:
        schema.upgrade(empty, start)
        a_claim_with_its_verdict(empty)
    tables = sa.inspect(empty.engine).get_table_names()
    verdicts = rows(empty, "verdict") if tables else []
    with process(upgrade_and_die, empty_database_url, at_statement) as doomed:
        assert doomed.wait() == -signal.SIGKILL, doomed.said
    assert schema.state(empty).current == start
    assert sa.inspect(empty.engine).get_table_names() == tables
    schema.upgrade(empty)
    assert schema.drift(empty) == []
    now = rows(empty, "verdict")
    assert [{name: row[name] for name in before} for before, row in zip(verdicts, now, strict=True)] == verdicts


def upgrade_on_the_word(url: str, folder: str, number: int) -> None:
    (Path(folder) / f"ready-{number}").touch()
    while not (Path(folder) / "go").exists():
        pass
    database = Database(url)
    schema.upgrade(database)
    schema.check_current(database)
    database.dispose()


def test_of_processes_that_upgrade_at_once_one_works_and_all_find_it_done(
    empty: Database, empty_database_url: str, tmp_path: Path
):
    with (
        process(upgrade_on_the_word, empty_database_url, str(tmp_path), 1) as one,
        process(upgrade_on_the_word, empty_database_url, str(tmp_path), 2) as two,
        process(upgrade_on_the_word, empty_database_url, str(tmp_path), 3) as three,
    ):
        wait_until(lambda: len(list(tmp_path.glob("ready-*"))) == 3)
        (tmp_path / "go").touch()
        for each in (one, two, three):
            assert each.wait() == 0, each.said
    assert schema.drift(empty) == []
    assert len(rows(empty, "chain_head")) == 1
    assert len(rows(empty, "alembic_version")) == 1


# --- odd names ---


def test_a_per_cent_sign_in_the_password_or_the_folder_is_no_obstacle(
    new_database: Callable[..., TestDatabase], add_revision: Callable[[str], str]
):
    # The server of the tests asks for no password; it is only to be carried along.
    own = new_database("postgresql", migrated=False)
    url = make_url(own.url).set(password="50%(x)s%%41").render_as_string(hide_password=False)
    database = Database(url)
    try:
        schema.upgrade(database)
        assert schema.state(database).is_current
    finally:
        database.dispose()


# --- SQLite rebuilds tables to change them ---

REBUILD = """
with op.batch_alter_table("{table}", recreate="always") as batch:
    batch.add_column(sa.Column("weight", sa.Integer(), nullable=True))
"""


@pytest.mark.parametrize("table", ["verdict", "claim", "editor", "event"])
def test_a_rebuilt_table_keeps_its_rows_its_children_and_its_guards(
    sqlite_database: Database, add_revision: Callable[[str], str], table: str
):
    a_claim_with_its_verdict(sqlite_database)
    tables = ("editor", "article_text", "claim", "verdict")
    before, triggers = {name: rows(sqlite_database, name) for name in tables}, _triggers(sqlite_database)
    add_revision(REBUILD.format(table=table))

    schema.upgrade(sqlite_database)

    assert _triggers(sqlite_database) == triggers
    for name in tables:
        after = [{field: row[field] for field in row if field != "weight"} for row in rows(sqlite_database, name)]
        assert after == before[name]
    with pytest.raises(DBAPIError, match="append-only"), writing(sqlite_database) as connection:
        connection.execute(sa.text("UPDATE verdict SET rationale = 'x'"))
    with pytest.raises(DBAPIError, match="FOREIGN KEY"), writing(sqlite_database) as connection:
        connection.execute(sa.text("UPDATE claim SET article_id = 99"))


def test_a_table_that_is_dropped_takes_its_guards_along_and_one_that_is_named_goes(
    sqlite_database: Database, add_revision: Callable[[str], str]
):
    triggers = _triggers(sqlite_database)
    add_revision(
        "op.drop_table('postscript')\n"
        "op.execute('DROP TRIGGER guard_verdict_delete')\n"
        "op.execute('DROP TRIGGER guard_event_delete')\n"
        "op.get_bind().info['dropped_triggers'] = {'guard_verdict_delete'}"
    )
    schema.upgrade(sqlite_database)
    gone = set(triggers) - set(_triggers(sqlite_database))
    assert {name for name in gone if "postscript" not in name} == {"guard_verdict_delete"}
    assert "guard_event_delete" in _triggers(sqlite_database)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("op.execute('DELETE FROM claim_topic')", "0 of 1 rows in claim_topic"),
        ("op.execute('UPDATE claim SET article_id = 99')", r"point nowhere \(claim\)"),
    ],
)
def test_a_revision_that_would_lose_rows_or_leave_them_dangling_is_undone(
    sqlite_database: Database, add_revision: Callable[[str], str], body: str, says: str
):
    a_claim_with_its_verdict(sqlite_database)
    with writing(sqlite_database) as connection:
        connection.execute(sa.text("INSERT INTO topic (id, key, label_en, label_fr) VALUES (1, 'k', 'e', 'f')"))
        connection.execute(sa.text("INSERT INTO claim_topic (topic_id, claim_id, status) VALUES (1, 1, 'due')"))
    add_revision(body)
    with pytest.raises(schema.SchemaError, match=says):
        schema.upgrade(sqlite_database)
    assert schema.state(sqlite_database).current == HEAD
    assert len(rows(sqlite_database, "claim_topic")) == 1
    assert rows(sqlite_database, "claim")[0]["article_id"] == 1


def test_a_revision_may_say_that_it_means_to_lose_rows(sqlite_database: Database, add_revision: Callable[[str], str]):
    number = add_revision("op.execute('DELETE FROM role WHERE id = 1')\nop.get_bind().info['changed_tables'] = {'role'}")
    schema.upgrade(sqlite_database)
    assert schema.state(sqlite_database).current == number
    # What one upgrade was allowed, the next is not.
    assert len(rows(sqlite_database, "role")) == 3


def test_foreign_keys_are_checked_again_after_an_upgrade_that_failed(
    sqlite_database: Database, add_revision: Callable[[str], str]
):
    add_revision("raise ValueError('no')")
    with pytest.raises(ValueError, match="no"):
        schema.upgrade(sqlite_database)
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def _triggers(database: Database) -> dict[str, str]:
    with database.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return {row.name: row.sql for row in found}


# --- for those who write the next one ---


def test_the_next_revision_is_numbered_and_holds_what_differs(sqlite_database: Database, add_revision: Callable[[str], str]):
    with writing(sqlite_database) as connection:
        connection.execute(sa.text("DROP TABLE note"))
    schema.make_revision(sqlite_database, "bring notes back")
    number = f"{len(revisions()):04d}"
    written = paths.migrations_dir() / "versions" / f"{number}_bring_notes_back.py"
    text = written.read_text()
    assert f"revision: str = '{number}'" in text or f'revision = "{number}"' in text or f"revision = '{number}'" in text
    assert "create_table" in text
    assert "tracker" not in text
    schema.upgrade(sqlite_database)
    assert schema.drift(sqlite_database) == []


def test_a_new_database_file_is_its_owner_s_alone(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'tracker.db'}")

    schema.upgrade(database)
    database.dispose()

    assert (tmp_path / "tracker.db").stat().st_mode & 0o077 == 0


def test_the_revisions_of_the_files_are_those_of_the_scripts():
    script = schema._script()
    assert schema_state.list_revisions() == {revision.revision for revision in script.walk_revisions()}
    assert max(schema_state.list_revisions()) == script.get_current_head()


def test_the_state_of_an_empty_database_names_no_revision(empty: Database):
    found = schema_state.state(empty)
    assert found.current is None
    assert not found.fits
