"""The application as a whole: how it starts, what it refuses to start with, and what it does when its database goes."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tests.factories import make_editor
from tests.support.databases import TestDatabase, as_owner
from tests.support.web import AppFactory, Client, SignIn
from tracker.app import create_app, wsgi
from tracker.config import ConfigError, Settings
from tracker.db import Database
from tracker.errors import Unavailable
from tracker.scheduling.models import JobRun
from tracker.schema import SchemaError, open_database


def test_it_starts_from_the_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path))
    monkeypatch.setenv("TRACKER_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TRACKER_SECRET_KEY", settings.secret_key)
    monkeypatch.setattr("tracker.logs.configure", lambda: None)
    app = wsgi()
    try:
        assert app.test_client().get("/healthz").json == {"alive": True}
    finally:
        app.extensions["tracker_database"].dispose()


def test_it_does_not_start_without_a_database_and_makes_none(settings: Settings, tmp_path: Path):
    missing = tmp_path / "not there.db"
    with pytest.raises(SchemaError, match="tracker db upgrade"):
        create_app(replace(settings, database_url=f"sqlite:///{missing}"))
    assert not missing.exists()


def test_it_does_not_start_on_an_empty_database(settings: Settings, empty_database_url: str):
    if empty_database_url.startswith("sqlite"):
        Path(empty_database_url.removeprefix("sqlite:///")).touch()
    with pytest.raises(SchemaError, match="tracker db upgrade"):
        create_app(replace(settings, database_url=empty_database_url))


def test_it_does_not_start_on_a_newer_database(settings: Settings, database: Database):
    with as_owner(database) as owner, owner.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_fit SET works_from = '9999'"))
    with pytest.raises(SchemaError, match="Update the tracker"):
        create_app(settings)


@pytest.mark.parametrize("key", ["dev", "short", "a" * 64])
def test_it_does_not_start_with_a_weak_key(key: str, tmp_path: Path):
    with pytest.raises(ConfigError, match="TRACKER_SECRET_KEY"):
        Settings.from_env({"TRACKER_HOME": str(tmp_path), "TRACKER_SECRET_KEY": key})


def test_a_process_that_was_overtaken_by_an_upgrade_reads_on_and_writes_no_more(settings: Settings, database: Database):
    old = open_database(settings)
    try:
        app = create_app(settings, old)
        app.test_client_class = Client
        browser = app.test_client()
        editor = make_editor(database, password="seven green bicycles")
        browser.sign_in(editor.email)
        with as_owner(database) as owner, owner.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            session.execute(text("UPDATE schema_fit SET works_from = '9999'"))
        assert browser.get("/settings").status_code == 200
        answer = browser.post("/settings", data={"language": "fr", "theme": "dark"})
        assert answer.status_code == 503
        assert "restarted" in answer.text
        assert browser.get("/readyz").json == {
            "ready": False,
            "database": True,
            "schema": False,
            "storage": False,
            "scheduler": False,
            "last_tick": None,
            "queue": {"waiting": None, "oldest_seconds": None, "set_aside": None},
        }
    finally:
        old.dispose()


@pytest.fixture
def on_a_file(new_database: Callable[..., TestDatabase], settings: Settings) -> tuple[Path, Database]:
    """A SQLite file and the database as a running process opens it."""
    made = new_database("sqlite")
    database = open_database(replace(settings, database_url=made.url))
    made._opened.append(database)
    return Path(made.url.removeprefix("sqlite:///")), database


def test_deleted_database_file_is_not_recreated(on_a_file: tuple[Path, Database], settings: Settings):
    path, database = on_a_file
    app = create_app(settings, database)
    make_editor(database)
    browser = app.test_client()
    assert browser.get("/login").status_code == 200
    for file in path.parent.glob("tracker.db*"):
        file.rename(path.parent / f"away-{file.name}")
    answer = browser.get("/login")
    assert answer.status_code == 503
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/healthz").status_code == 200
    assert not path.exists()
    for file in path.parent.glob("away-*"):
        file.rename(path.parent / file.name.removeprefix("away-"))
    assert browser.get("/login").status_code == 200


def test_nothing_is_written_into_a_file_that_took_the_place_of_the_first(on_a_file: tuple[Path, Database]):
    path, database = on_a_file
    with database.writing() as session:
        session.execute(text("CREATE TABLE first (id integer)"))
    shutil.copyfile(path, path.with_name("copy.db"))
    os.replace(path.with_name("copy.db"), path)
    for transaction in (database.reading, database.writing):
        with pytest.raises(Unavailable, match="replaced"), transaction() as session:
            session.execute(text("SELECT 1"))


def test_a_path_with_odd_characters_is_opened_as_it_is(settings: Settings, tmp_path: Path, on_a_file: tuple[Path, Database]):
    odd = tmp_path / "50% of #1? é"
    odd.mkdir()
    on_a_file[1].dispose()
    shutil.copyfile(on_a_file[0], odd / "tracker.db")
    from sqlalchemy.engine import URL

    url = URL.create("sqlite", database=str(odd / "tracker.db")).render_as_string()
    database = open_database(replace(settings, database_url=url))
    with database.writing() as session:
        session.execute(text("DELETE FROM form_token"))
    database.dispose()
    assert {file.name for file in odd.iterdir()} == {"tracker.db"}


def test_a_fork_does_not_share_connections(on_a_file: tuple[Path, Database], settings: Settings):
    app = create_app(replace(settings, database_url=f"sqlite:///{on_a_file[0]}"))
    database: Database = app.extensions["tracker_database"]
    app.test_client().get("/readyz")
    before = database.engine.pool
    child = os.fork()
    if child == 0:
        os._exit(0 if database.engine.pool is not before else 1)
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert database.engine.pool is before
    finally:
        database.dispose()


def test_ready_means_database_schema_and_a_recent_tick(client: Client, database: Database):
    assert client.get("/readyz").status_code == 503
    now = datetime.now(UTC)
    for at, ready in ((now - timedelta(minutes=2), False), (now + timedelta(hours=1), False), (now, True)):
        with database.writing() as session:
            session.merge(JobRun(job="flag", at=at, result={}))
        answer = client.get("/readyz")
        parts = {name: answer.json[name] for name in ("ready", "database", "schema", "scheduler")}
        assert parts == {"ready": ready, "database": True, "schema": True, "scheduler": ready}
        assert answer.json["last_tick"] == f"{at:%Y-%m-%dT%H:%M:%SZ}"
        assert answer.status_code == (200 if ready else 503)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "tracker.example.org.evil", "a b", ""]
)
def test_a_made_up_host_is_refused(client: Client, new_app: AppFactory, host: str):
    named = new_app(base_url="https://tracker.example.org").test_client()
    for browser in (client, named):
        answer = browser.get("/login", headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "192.0.2.5:8000", "[2001:db8::1]"])
def test_without_a_base_url_numbers_and_this_machine_are_answered(client: Client, host: str):
    assert client.get("/login", headers={"Host": host}).status_code == 200


def test_with_a_base_url_its_host_is_answered_and_numbers_are_not(new_app: AppFactory):
    browser = new_app(base_url="https://tracker.example.org").test_client()
    assert browser.get("/login", headers={"Host": "Tracker.Example.org"}).status_code == 200
    assert browser.get("/healthz", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert browser.get("/login", headers={"Host": "192.0.2.5"}).status_code == 400
    assert browser.get("/readyz", headers={"Host": "192.0.2.5"}).status_code == 503


def test_what_is_stored_does_not_get_into_the_log_with_a_fault(database: Database):
    with pytest.raises(SQLAlchemyError) as fault, database.writing() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": "a secret"})
    assert "a secret" not in str(fault.value)


def test_proxy_headers_of_clients_are_ignored(client: Client, sign_in: SignIn):
    forged = {
        "X-Forwarded-For": "203.0.113.99",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=1.2.3.4",
    }
    answer = client.get("/settings", headers=forged)
    assert answer.location == "/login?next=/settings"
    assert "evil.example" not in client.get("/login", headers=forged).text
    browser = sign_in()
    assert "203.0.113.99" not in browser.get("/settings", headers=forged).text


def test_only_the_fixed_methods_are_taken(app: Flask, client: Client):
    for rule in app.url_map.iter_rules():
        if not rule.arguments and rule.methods is not None:
            for method in {"PUT", "DELETE", "PATCH", "TRACE"} - rule.methods:
                assert client.open(rule.rule, method=method).status_code in {400, 405}


def test_sqlite_is_opened_for_writing_alone_where_it_exists(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'none.db'}", must_exist=True)
    with pytest.raises(Unavailable), database.reading() as session:
        session.execute(text("SELECT 1"))
    assert not (tmp_path / "none.db").exists()
    sqlite3.connect(tmp_path / "none.db").close()
    database.dispose()
