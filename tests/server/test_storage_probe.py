"""The storage probe and those who ask it: /readyz, and the commands that keep running."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, select

from tests.support.full_disk import file_size_limit
from tests.support.web import Client
from tracker import clock
from tracker.db import Database
from tracker.errors import Unavailable
from tracker.scheduling import heartbeats
from tracker.scheduling.models import JobRun
from tracker.server import storage_probe
from tracker.server.storage_probe import StorageProbe

READ_ONLY = {"sqlite": "PRAGMA query_only = ON", "postgresql": "SET default_transaction_read_only = on"}


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the probe's last answer expire."""
    now = [clock.monotonic()]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])

    def pass_by() -> None:
        now[0] += storage_probe.VALID_SECONDS

    return pass_by


def make_read_only(database: Database, backend: str) -> None:
    @event.listens_for(database.engine, "checkout")
    def _checkout(connection, *_event):  # type: ignore[no-untyped-def]
        connection.execute(READ_ONLY[backend])
        if backend == "postgresql":
            connection.commit()


def test_probe_leaves_no_row_and_no_file(database: Database, tmp_path: Path):
    folder = Path(database.url.database).parent if database.is_sqlite else tmp_path
    before = {path.name for path in folder.iterdir()}
    assert StorageProbe(database).find_fault() == ""
    assert {path.name for path in folder.iterdir()} - before <= {"tracker.db-wal", "tracker.db-shm"}
    with database.reading() as session:
        assert session.scalars(select(JobRun)).all() == []


def test_probe_waits_for_no_busy_writer(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(storage_probe, "_LOCK_TIMEOUT", 0.05)
    with database.sessions() as other:
        if database.is_sqlite:
            other.connection(execution_options={"writing": True})
        else:
            other.add(JobRun(job="flag", at=clock.now()))
            other.flush()
        assert StorageProbe(database).find_fault() == ""


def test_readyz_reports_read_only_database(client: Client, database: Database, backend: str, wait: Callable[[], None]):
    heartbeats.record(database, "flag", {})
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["storage"]) == (200, True)

    make_read_only(database, backend)
    assert client.get("/readyz").status_code == 200  # asked again after a second
    wait()
    unready = client.get("/readyz")

    assert unready.status_code == 503
    assert (unready.json["database"], unready.json["storage"], unready.json["scheduler"]) == (True, False, True)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_readyz_reports_full_disk_and_recovers(client: Client, database: Database, wait: Callable[[], None]):
    heartbeats.record(database, "flag", {})
    with file_size_limit(100_000):
        unready = client.get("/readyz")
    wait()
    assert (unready.status_code, unready.json["storage"]) == (503, False)
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
def test_readyz_reports_full_database_file(client: Client, database: Database):
    heartbeats.record(database, "flag", {})
    with database.reading() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()

    @event.listens_for(database.engine, "checkout")
    def _checkout(connection, *_event):  # type: ignore[no-untyped-def]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    assert client.get("/readyz").json["storage"] is False


def test_folder_that_is_gone_is_named(tmp_path: Path):
    with pytest.raises(Unavailable, match=r"Nothing can be stored in .*/gone: No such file or directory\."):
        storage_probe.require_writable_folder(tmp_path / "gone")


def test_temporary_files_go_home_where_nothing_else_is_writable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def find_none() -> str:
        if tempfile.tempdir is None:
            raise FileNotFoundError("No usable temporary directory found")
        return tempfile.tempdir

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "gettempdir", find_none)
    assert storage_probe.find_temporary_folder(tmp_path, memory=tmp_path / "none") == tmp_path
    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == tmp_path


def test_temporary_files_are_kept_in_memory_where_possible(tmp_path: Path):
    (tmp_path / "shm").mkdir()
    assert storage_probe.find_temporary_folder(tmp_path, memory=tmp_path / "shm") == tmp_path / "shm"
    assert storage_probe.find_temporary_folder(tmp_path, memory=tmp_path / "none") == Path(tempfile.gettempdir())


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["scheduler"]])
def test_server_on_full_disk_names_the_reason_and_exits(command: list[str], sqlite_database: Database, tmp_path: Path):
    folder = Path(sqlite_database.url.database or "").parent
    environ = {**os.environ, "TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": str(sqlite_database.url)}
    ended = subprocess.run(
        [sys.executable, "-m", "tracker", *command],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert ended.returncode == 1
    assert ended.stderr == f"tracker: Nothing can be stored in {folder}: File too large.\n"
    assert ended.stdout == ""
