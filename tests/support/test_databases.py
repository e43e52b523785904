"""The ground the other tests stand on: fresh databases on both systems, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.factories import make_claim
from tests.support.databases import Backend, Content, Databases, TestDatabase, as_owner
from tests.support.postgres import APPLICATION
from tests.support.run import Run
from tracker import schema
from tracker.accounts.models import Desk
from tracker.db import Database

CHECKOUT = Path(__file__).resolve().parents[2]


def test_a_test_gets_a_migrated_database_of_the_system_it_asked_for(database: Database, backend: Backend):
    assert database.engine.dialect.name == backend
    assert schema.state(database).is_current


@pytest.mark.parametrize("turn", [1, 2])
def test_what_one_test_writes_the_next_does_not_see(database: Database, turn: int):
    with as_owner(database) as owner, owner.writing() as session:
        session.execute(sa.text("CREATE TABLE left_behind (turn integer)"))


def test_an_empty_database_has_no_tables(empty_database_url: str):
    database = Database(empty_database_url)
    try:
        assert sa.inspect(database.engine).get_table_names() == []
    finally:
        database.dispose()


def test_two_databases_of_one_test_are_apart(new_database: Callable[..., TestDatabase], backend: Backend):
    one, other = new_database(backend).open(), new_database(backend).open()
    with as_owner(one) as owner, owner.writing() as session:
        session.execute(sa.text("CREATE TABLE only_here (id integer)"))
    assert sa.inspect(one.engine).has_table("only_here")
    assert not sa.inspect(other.engine).has_table("only_here")


def test_content_is_written_once_and_copied_for_each(new_database: Callable[..., TestDatabase], backend: Backend):
    written: list[str] = []

    def write(database: Database) -> int:
        written.append(database.engine.dialect.name)
        with database.writing() as session:
            session.add(Desk(name="Foreign"))
        return 7

    content = Content("written_once", write)
    one, other = new_database(backend, content=content), new_database(backend, content=content)
    assert (one.known, other.known, written) == (7, 7, [backend])
    with one.open().writing() as session:
        session.add(Desk(name="Sport"))
    with other.open().reading() as session:
        assert session.scalars(sa.select(Desk.name)).all() == ["Foreign"]


def test_a_database_can_be_opened_twice(own_database: TestDatabase):
    first, second = own_database.open(), own_database.open()
    with first.writing() as session:
        session.add(Desk(name="Sport"))
    with second.reading() as session:
        assert session.scalars(sa.select(Desk.name)).all() == ["Sport"]


@pytest.mark.postgresql
def test_a_database_that_is_used_again_is_what_it_was(databases: Databases):
    def all_of(database: Database) -> list[object]:
        with database.reading() as session:
            tables = sa.inspect(database.engine).get_table_names()
            rows = [session.execute(sa.text(f"SELECT * FROM {table}")).fetchall() for table in sorted(tables)]
            set_by_session = session.scalar(sa.text("SELECT current_setting('lock_timeout')"))
            return [*rows, set_by_session, session.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))]

    first = databases.create("postgresql")
    database = first.open()
    before = all_of(database)
    claim = make_claim(database, "resolved")
    with database.writing() as session:
        session.execute(sa.text("SET SESSION lock_timeout = 1"))
        session.execute(sa.text("SELECT pg_advisory_lock(1)"))
    assert all_of(database) != before
    first.remove()
    second = databases.create("postgresql")
    assert second.url == first.url
    assert all_of(second.open()) == before
    assert make_claim(second.open(), "draft").id == claim.id
    with pytest.raises(OperationalError, match="is over"):
        all_of(database)
    second.remove()


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "changes",
    [
        [sa.delete(Desk), sa.insert(Desk).values(name="Culture")],
        [sa.update(Desk).where(Desk.name == "Sport").values(name="Culture")],
        [sa.delete(Desk).where(Desk.name == "Sport"), sa.insert(Desk).values(name="Culture")],
        [sa.delete(Desk).where(Desk.name == "Sport"), sa.insert(Desk).values(id=2, name="Culture")],
    ],
    ids=["fewer", "update", "other", "replaced"],
)
def test_a_database_with_content_is_used_again_with_that_content(databases: Databases, changes: list[sa.Executable]):
    def write(database: Database) -> None:
        with database.writing() as session:
            session.add_all([Desk(name="Foreign"), Desk(name="Sport")])

    def desks(database: Database) -> list[tuple[int, str]]:
        with database.reading() as session:
            return [(id, name) for id, name in session.execute(sa.select(Desk.id, Desk.name).order_by(Desk.id))]

    content = Content("used_again", write)
    first = databases.create("postgresql", content=content)
    before = desks(first.open())
    with first.open().writing() as session:
        for change in changes:
            session.execute(change)
    assert desks(first.open()) != before
    first.remove()
    second = databases.create("postgresql", content=content)
    assert second.url == first.url
    assert desks(second.open()) == before == [(1, "Foreign"), (2, "Sport")]
    empty = databases.create("postgresql")
    assert empty.url != first.url
    assert desks(empty.open()) == []
    empty.remove()
    with second.open().writing() as session:
        session.add(Desk(name="Culture"))
        session.flush()
        assert session.scalar(sa.select(sa.func.max(Desk.id))) == 3
    second.remove()


@pytest.mark.postgresql
def test_a_number_that_a_failed_insert_took_is_given_again(databases: Databases):
    first = databases.create("postgresql")
    database = first.open()
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(sa.text("INSERT INTO note (body) VALUES (NULL)"))
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT is_called FROM note_id_seq"))
    first.remove()
    second = databases.create("postgresql")
    assert second.url == first.url
    with second.open().reading() as session:
        assert not session.scalar(sa.text("SELECT is_called FROM note_id_seq"))
    second.remove()


@pytest.mark.postgresql
def test_a_role_that_a_test_took_on_is_not_that_of_the_next(databases: Databases):
    first = databases.create("postgresql")
    with psycopg.connect(databases.server.url("postgres", user="postgres"), autocommit=True) as operator:
        operator.execute(f"CREATE ROLE taken_on ROLE {APPLICATION}".encode())
        try:
            with first.open().writing() as session:
                session.execute(sa.text("SET ROLE taken_on"))
            first.remove()
            second = databases.create("postgresql")
            assert second.url == first.url
            with second.open().reading() as session:
                assert session.scalar(sa.text("SELECT current_user")) == APPLICATION
            second.remove()
        finally:
            operator.execute(b"DROP ROLE taken_on")


@pytest.mark.postgresql
def test_what_a_test_made_read_only_does_not_decide_for_the_next(databases: Databases):
    first = databases.create("postgresql")
    with first.open().engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True).execute(sa.text("SELECT 1"))
    first.remove()
    second = databases.create("postgresql")
    assert second.url == first.url
    with second.open().engine.connect() as connection:
        connection.execute(sa.text("SET default_transaction_read_only = on"))
        connection.commit()
        assert connection.scalar(sa.text("SHOW transaction_read_only")) == "on"
    second.remove()


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE another (id integer)",
        "ALTER TABLE note RENAME COLUMN body TO words",
        "DROP INDEX ix_note_claim_id",
        "ALTER TABLE event DISABLE TRIGGER USER",
        "GRANT SELECT ON note TO PUBLIC",
        "ANALYZE role",
        "COMMENT ON TABLE note IS 'words'",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET lock_timeout = 1'; END $$",
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' CONNECTION LIMIT 7'; END $$",
    ],
)
@pytest.mark.postgresql
def test_a_database_in_which_more_than_rows_was_changed_is_not_used_again(databases: Databases, change: str):
    first = databases.create("postgresql")
    with as_owner(first.open()) as owner, owner.writing() as session:
        session.connection().exec_driver_sql(change)
    first.remove()
    second = databases.create("postgresql")
    assert second.url != first.url
    second.remove()


@pytest.mark.postgresql
def test_what_an_earlier_test_left_running_is_ended(databases: Databases):
    first = databases.create("postgresql")
    stray = sa.create_engine(sa.make_url(first.url).set(drivername="postgresql+psycopg"))
    connection = stray.connect()
    connection.execute(sa.text("LOCK TABLE note"))
    first.remove()
    second = databases.create("postgresql")
    with second.open().reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM note")) == 0
    with pytest.raises(OperationalError):
        connection.execute(sa.text("SELECT 1"))
    connection.close()
    stray.dispose()
    second.remove()


def test_the_tracker_has_no_more_rights_on_postgresql_than_in_a_newsroom(postgres_database: Database):
    with postgres_database.reading() as session:
        assert session.scalar(sa.text("SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user"))
        tables = session.scalars(sa.text("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")).all()
    assert tables
    assert APPLICATION not in tables


NESTED = """
import os, signal, pathlib, pytest
pytest_plugins = ["tests.support.fixtures"]
def test_it(postgres_server, request):
    from tests.support.fixtures import RUN
    run = request.config.stash[RUN].path
    pathlib.Path("told").write_text(f"{run} {(run / 'pg/data/postmaster.pid').read_text().split()[0]}")
    os.kill(os.getpid(), signal.Signals[os.environ["ENDS_BY"]]) if os.environ["ENDS_BY"] else None
"""


@pytest.mark.parametrize("ends_by", ["", "SIGKILL"])
def test_however_a_run_ends_no_server_and_no_folder_stays(tmp_path: Path, ends_by: str):
    (tmp_path / "test_nested.py").write_text(NESTED)
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "ENDS_BY": ends_by}
    environment.pop("PYTEST_XDIST_WORKER", None)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", tmp_path, "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
    )
    folder, server = (tmp_path / "told").read_text().split()
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up and (Path(folder).exists() or _runs(int(server))):
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not _runs(int(server))


def test_a_folder_is_held_as_long_as_its_run_lives_and_cleared_by_a_later_one():
    run = Run.start()
    later = Run.start()
    try:
        assert run.path.exists()
        assert run._alive is not None
        run._alive.close()  # as the kernel does for a process that was killed
        Run.start().end()
        assert not run.path.exists()
    finally:
        later.end()


def test_what_failed_once_in_a_run_fails_at_once_for_all():
    run = Run.start()
    calls: list[str] = []

    def broken() -> None:
        calls.append("called")
        raise ValueError("no such table")

    try:
        with pytest.raises(ValueError, match="no such table"):
            run.once("thing", broken)
        with pytest.raises(RuntimeError, match="no such table"):
            Run(run.path).once("thing", broken)
        assert calls == ["called"]
    finally:
        run.end()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    return True
