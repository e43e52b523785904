"""`tracker db` and `tracker seed`: making, checking and copying the database."""

import os
import re
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests.factories import make_claim, make_editor
from tests.support.databases import TestDatabase, as_owner
from tracker import schema
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.errors import Conflict, Unavailable
from tracker.ledger.verify import verify
from tracker.maintenance import checking, copying
from tracker.newsroom import settings

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(url: str, *arguments: str, **variables: str) -> Result:
        environment = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": url, "TRACKER_SECRET_KEY": KEY, **variables}
        return CliRunner().invoke(command, arguments, obj=Context(environment))

    return call


def quiet(_done: int, _of: int) -> None:
    pass


def faults(database: Database) -> dict[str, str]:
    return {finding.about: finding.fault for finding in checking.check(database) if finding.fault}


# --- upgrade ---


def test_upgrade_creates_tables_and_reports_them(run: Run, empty_database_url: str):
    wanted = "0001"

    done = run(empty_database_url, "db", "upgrade")

    assert done.exit_code == 0
    assert re.fullmatch(r"The database is now at revision \d{4} \(was empty\)\.\n", done.output), wanted
    assert re.fullmatch(r"The database is at revision \d{4} already\.\n", run(empty_database_url, "db", "upgrade").output)


def test_upgrade_takes_the_zone_of_the_environment_once(run: Run, empty_database_url: str):
    run(empty_database_url, "db", "upgrade", TRACKER_TIMEZONE="Pacific/Niue")
    run(empty_database_url, "db", "upgrade", TRACKER_TIMEZONE="Asia/Tokyo")

    database = Database(empty_database_url)
    with database.reading() as session:
        assert settings.load(session).timezone == "Pacific/Niue"
    database.dispose()


# --- check ---


def test_a_sound_database_is_found_sound(run: Run, database_url: str):
    done = run(database_url, "db", "check")

    assert done.exit_code == 0
    assert done.output == "version: ok\nrevision: ok\nintegrity: ok\ndrift: ok\nguards: ok\nrights: ok\n"


def test_an_empty_database_is_not_current(run: Run, empty_database_url: str):
    if (file := make_url(empty_database_url).database) and file.endswith(".db"):
        Path(file).touch()
    done = run(empty_database_url, "db", "check")

    assert done.exit_code == 1
    assert "Run: tracker db upgrade" in done.stdout
    assert done.stderr == "tracker: the database has 1 fault.\n"


def test_a_revision_from_the_future_is_named(database: Database):
    with as_owner(database) as owner, owner.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_fit SET works_from = '9999'"))

    assert "9999" in faults(database)["revision"]


def test_a_table_that_was_changed_by_hand_is_drift(database: Database):
    with as_owner(database) as owner, owner.writing() as session:
        session.execute(text("ALTER TABLE claim ADD COLUMN extra text"))

    assert "extra" in faults(database)["drift"]


def test_lost_guards_are_noticed(database: Database):
    on = "" if database.is_sqlite else " ON event"
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
        if database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = 'event'::regclass AND NOT tgisinternal"
    )
    with as_owner(database) as owner, owner.writing() as session:
        for name in session.scalars(text(query)).all():
            session.execute(text(f"DROP TRIGGER {name}{on}"))

    found = faults(database)
    assert found["guards"] == "event has lost its guards"
    # Without them it is a table like others, which the application's account may not change as it may those.
    assert found.keys() == ({"guards"} if database.is_sqlite else {"guards", "rights"})


def test_a_row_that_points_nowhere_is_found(sqlite_database: Database):
    path = sqlite_database.url.database
    claim = make_claim(sqlite_database)
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute("INSERT INTO note (claim_id, body, created_at) VALUES (?, 'x', '2024-01-01')", (claim.id + 1,))

    assert re.fullmatch(r"note row \d+ points nowhere", faults(sqlite_database)["integrity"])


def test_an_old_sqlite_is_named(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 39, 4))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.39.4")

    assert faults(sqlite_database) == {"version": "SQLite 3.39.4 is too old; 3.40 or newer is needed"}


# --- backup ---


def test_a_backup_is_a_whole_database_for_its_owner_alone(run: Run, sqlite_database: Database, tmp_path: Path):
    make_claim(sqlite_database, "resolved")
    file = tmp_path / "copy.db"

    done = run(str(sqlite_database.url), "db", "backup", str(file))

    assert done.exit_code == 0, done.output
    assert re.fullmatch(rf"Copied to {re.escape(str(file))} \([\d,]+ bytes\)\.\n", done.output)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["copy.db"]
    copied = Database(f"sqlite:///{file}")
    assert schema.state(copied).is_current
    with copied.reading() as there, sqlite_database.reading() as here:
        count = text("SELECT count(*) FROM event")
        assert there.scalar(count) == here.scalar(count)
        assert verify(there).findings == []
    copied.dispose()


def test_a_backup_never_overwrites(run: Run, sqlite_database: Database, tmp_path: Path):
    file = tmp_path / "copy.db"
    file.write_text("mine")

    done = run(str(sqlite_database.url), "db", "backup", str(file))

    assert (done.exit_code, file.read_text()) == (1, "mine")
    assert done.stderr == f"tracker: {file} exists already; it was not touched.\n"


def test_backup_never_overwrites_a_file_created_since(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "copy.db"
    monkeypatch.setattr(copying, "_history_fault", lambda _part: file.write_text("theirs") and None)

    with pytest.raises(Conflict):
        copying.back_up(sqlite_database, file, progress=quiet)

    assert file.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["copy.db"]


def test_a_backup_of_a_busy_database_is_of_one_moment(sqlite_database: Database, tmp_path: Path):
    make_editor(sqlite_database)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            make_editor(sqlite_database, f"Somebody {number}", email=f"s{number}@example.org")

    def slowly(_done: int, _of: int) -> None:
        steps.append(_done)
        stop.wait(0.02)

    writer, steps = threading.Thread(target=write), list[int]()
    original = copying.PAGES_A_STEP
    copying.PAGES_A_STEP = 8
    writer.start()
    try:
        copying.back_up(sqlite_database, tmp_path / "copy.db", progress=slowly)
    finally:
        stop.set()
        writer.join()
        copying.PAGES_A_STEP = original

    assert len(steps) > 5
    assert steps == sorted(steps)  # it never had to begin anew
    copied = Database(f"sqlite:///{tmp_path / 'copy.db'}")
    with copied.reading() as session:
        assert verify(session).findings == []
        heads = session.execute(text("SELECT (SELECT max(seq) FROM event), (SELECT seq FROM chain_head)")).one()
        assert heads[0] == heads[1]
    copied.dispose()


def test_backup_reports_a_broken_history(sqlite_database: Database, run: Run, tmp_path: Path):
    make_claim(sqlite_database, "open", review_on=date(2024, 3, 11))
    with closing(sqlite3.connect(str(sqlite_database.url.database))) as connection, connection:
        connection.execute("DROP TRIGGER guard_event_update")
        connection.execute("UPDATE event SET actor = 'editor:9' WHERE seq = 2")

    done = run(str(sqlite_database.url), "db", "backup", str(tmp_path / "copy.db"))

    assert done.exit_code == 1
    assert done.stderr.startswith("tracker: the copy is whole, but its history does not verify: ")
    assert (tmp_path / "copy.db").exists()


def test_a_copy_that_is_not_sound_is_thrown_away(sqlite_database: Database, tmp_path: Path):
    claim = make_claim(sqlite_database)
    with closing(sqlite3.connect(str(sqlite_database.url.database))) as connection, connection:
        connection.execute("INSERT INTO note (claim_id, body, created_at) VALUES (?, 'x', '2024-01-01')", (claim.id + 1,))

    with pytest.raises(Unavailable, match="points nowhere"):
        copying.back_up(sqlite_database, tmp_path / "copy.db", progress=quiet)

    assert os.listdir(tmp_path) == []


def test_on_postgresql_a_missing_pg_dump_is_one_clear_line(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(Unavailable, match="pg_dump is not installed here"):
        copying.back_up(postgres_database, tmp_path / "copy.dump", progress=quiet)

    assert os.listdir(tmp_path) == []


def test_on_postgresql_pg_dump_does_the_work_and_gets_the_password_by_the_way(
    postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pg_dump").write_text(
        f'#!/bin/sh\necho "$PGPASSWORD $@" > {tmp_path}/asked\n'
        'for a; do case $a in --file=*) echo dump > "${a#--file=}";; esac; done\n'
    )
    (programs / "pg_restore").write_text("#!/bin/sh\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    asked = Database(postgres_database.url.set(password="s3cr3t%").render_as_string(hide_password=False))

    assert copying.back_up(asked, tmp_path / "copy.dump", progress=quiet) is None

    password, *arguments = (tmp_path / "asked").read_text().split()
    assert password == "s3cr3t%"
    assert "s3cr3t" not in " ".join(arguments)
    assert (tmp_path / "copy.dump").read_text() == "dump\n"
    asked.dispose()


def test_what_pg_dump_complains_of_is_one_line(postgres_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (programs / name).write_text("#!/bin/sh\necho 'pg_dump: error: server version 18;\n aborting' >&2; exit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    with pytest.raises(Unavailable) as refused:
        copying.back_up(postgres_database, tmp_path / "copy.dump", progress=quiet)

    assert str(refused.value) == "pg_dump failed: server version 18; aborting"
    assert sorted(os.listdir(tmp_path)) == ["bin"]


# --- seed ---


def test_seed_loads_once(run: Run, sqlite_database: Database):
    url = str(sqlite_database.url)
    first, second = run(url, "seed"), run(url, "seed")

    assert first.exit_code == 0
    assert re.search(r"^\d+ claims loaded\.$", first.output, re.MULTILINE)
    assert second.output == "Nothing to load: it is all there.\n"


def test_a_file_that_is_no_seed_is_refused_in_one_line(run: Run, database_url: str, tmp_path: Path):
    file = tmp_path / "no.yaml"
    file.write_text("a: [")

    done = run(database_url, "seed", str(file))

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_a_seed_file_that_does_not_exist_is_wrong_usage(run: Run, database_url: str, new_database: Callable[..., TestDatabase]):
    assert run(database_url, "seed", "/no/such/file.yaml").exit_code == 2
