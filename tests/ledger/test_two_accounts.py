"""PostgreSQL with two accounts: the rights of `tracker db rights`. The tracker works with those
of the application, and whoever has its password cannot touch what was written."""

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from tests.factories import fresh, make_article, make_claim, make_editor
from tests.ledger.support import CHIEF, checked
from tests.support.databases import TestDatabase, as_owner
from tests.support.postgres import OWNER, PostgresServer
from tests.support.web import PASSWORD, Client
from tracker import schema
from tracker.app import create_app
from tracker.claims.services import editing, evidence, verdicts
from tracker.config import Settings
from tracker.db import Database
from tracker.ledger import anchors
from tracker.ledger.redaction import redact
from tracker.maintenance import checking
from tracker.maintenance.rights import build_script
from tracker.newsroom import settings as newsroom_settings
from tracker.scheduling import heartbeats, jobs
from tracker.schema_state import SchemaError, open_database

GUARDED = ("event", "event_texts", "verdict", "verdict_decision", "article_text", "postscript")


@pytest.fixture
def owned(new_database, postgres_server: PostgresServer) -> tuple[TestDatabase, str]:
    """A database of the owner's, and the address with which the application signs in."""
    owned = new_database("postgresql")
    name = sa.make_url(owned.url).database
    application = f"app_of_{name}"
    # It stays behind until the server goes: it cannot be dropped before its database, which goes after this.
    postgres_server._administer("DROP ROLE IF EXISTS {}", application)
    postgres_server._administer("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE", application)
    with as_owner(owned.open()) as owner, owner.engine.begin() as connection:
        connection.exec_driver_sql(build_script(application).replace("%", "%%"))
    return owned, postgres_server.url(str(name), user=application).replace("postgresql:", "postgresql+psycopg:")


@pytest.fixture
def application(owned: tuple[TestDatabase, str]) -> Iterator[Database]:
    """The database as the application sees it, with something in every guarded table."""
    database = Database(owned[1])
    article = make_article(database, body="One.\n\nTwo.")
    claim = make_claim(database, "resolved", article=article)
    with database.writing() as session:
        verdicts.add_postscript(session, fresh(session, claim), "Still so.", actor=make_editor(session).actor)
    yield database
    database.dispose()


def run(database: Database, *statements: str) -> None:
    with database.engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()


def test_the_tracker_works_with_the_rights_of_the_application(application: Database, tmp_path, clock_at):
    ann = make_editor(application, roles=("chief",), password=PASSWORD)
    claim = make_claim(application, "open")
    with application.writing() as session:
        own = fresh(session, claim)
        editing.edit(session, own, {"confirmed_if": "It is signed."}, actor=ann.actor, version=own.version)
        evidence.add_note(session, own, "A word.", actor=ann.actor)
        newsroom_settings.change(session, ann.actor, name="The Gazette")
    assert jobs.flag_due(application, fresh(application, claim).review_on) == 1
    with application.writing() as session:
        seq = session.scalar(sa.text("SELECT max(seq) FROM event WHERE kind = 'note.add'"))
        redact(session, seq, ["body"], "A private person", CHIEF)
    with application.writing() as session:
        assert anchors.drop(session, tmp_path, fresh(session, claim).review_on)
    heartbeats.record(application, "flag", {})
    report = checked(application, rows=True)
    assert (report.ok, report.erased) == (True, 1), report.findings
    assert {finding.about for finding in checking.check(application) if finding.fault} == set()


def test_pages_work_with_the_rights_of_the_application(application: Database, owned, tmp_path):
    editor = make_editor(application, roles=("chief",), password=PASSWORD)
    app = create_app(Settings(home=tmp_path, database_url=owned[1], secret_key="only for tests " * 4), application)
    app.testing, app.test_client_class = True, Client
    browser = app.test_client()
    assert isinstance(browser, Client)
    assert browser.sign_in(editor.email).status_code == 303
    for path in ("/queue", "/claims", "/claims/1", "/claims/1/dossier", "/record", "/settings/newsroom", "/export/verdicts.csv"):
        assert browser.get(path).status_code == 200, path
    assert browser.post("/claims/1/notes", data={"body": "A note."}).status_code == 303
    assert browser.post("/logout").status_code in {302, 303}


REFUSALS = r"permission denied|must be owner|must be member|append-only|keeps its rows"
COLUMNS = dict(zip(GUARDED, ("kind", "seq", "rationale", "note", "body", "body"), strict=True))
ATTEMPTS = [
    *(f"UPDATE {table} SET {column} = {column}" for table, column in COLUMNS.items()),
    "UPDATE verdict SET outcome = 'refuted'",
    "UPDATE verdict_decision SET decision = decision",
    "UPDATE article_text SET body = 'Something else.'",
    "UPDATE postscript SET body = 'Something else.'",
    *(f"DELETE FROM {table}" for table in GUARDED),
    *(f"TRUNCATE {table} CASCADE" for table in GUARDED),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in GUARDED),
    *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in GUARDED),
    *(f"DROP TABLE {table} CASCADE" for table in GUARDED),
    *(f"ALTER TABLE {table} RENAME TO gone" for table in GUARDED),
    "DROP TRIGGER guard_event_change ON event",
    "DROP TRIGGER guard_verdict_truncate ON verdict",
    "DROP FUNCTION refuse_change() CASCADE",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT '' $$",
    "CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT '' $$",
    "CREATE TABLE public.other (id int)",
    "CREATE TEMP TABLE event (seq int)",
    "CREATE SCHEMA mine",
    "CREATE RULE gone AS ON INSERT TO event DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "SET session_replication_role = replica",
    f"SET ROLE {OWNER}",
    f"SET SESSION AUTHORIZATION {OWNER}",
    f"ALTER ROLE {OWNER} PASSWORD 'mine'",
    "ALTER SCHEMA public RENAME TO other",
    "DELETE FROM chain_head",
    "INSERT INTO role (id, name) VALUES (99, 'system')",
    "UPDATE alembic_version SET version_num = '0000'",
    "COPY event TO PROGRAM 'cat'",
    "INSERT INTO event_texts SELECT seq, texts FROM event_texts ON CONFLICT (seq) DO UPDATE SET seq = 0",
    "MERGE INTO verdict v USING verdict w ON v.id = w.id WHEN MATCHED THEN DELETE",
]  # fmt: skip


def test_what_was_written_cannot_be_touched_with_the_application_s_own_password(application: Database):
    before = {table: _rows(application, table) for table in (*GUARDED, "chain_head", "role")}
    assert all(before.values())
    let_through = []
    for statement in ATTEMPTS:
        try:
            run(application, statement)
            let_through.append(statement)
        except DBAPIError as error:
            if not re.search(REFUSALS, str(error)):
                raise
    assert let_through == []
    assert {table: _rows(application, table) for table in before} == before
    assert checked(application, rows=True).ok


def _rows(database: Database, table: str) -> list[tuple]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1"))]


def test_application_account_cannot_migrate(owned: tuple[TestDatabase, str]):
    database = Database(owned[1])
    with pytest.raises(DBAPIError, match=REFUSALS):
        run(database, "ALTER TABLE claim ADD COLUMN mine text")
    assert schema.state(database).is_current
    database.dispose()


def test_upgrade_by_the_application_is_refused_with_what_to_do(owned: tuple[TestDatabase, str]):
    database = Database(owned[1])
    with pytest.raises(SchemaError, match=r"may not make tables\. .* as their owner, then: tracker db rights"):
        schema.upgrade(database)
    assert schema.state(database).is_current
    database.dispose()


def test_a_table_of_a_later_revision_without_rights_is_named_before_a_page_fails(owned: tuple[TestDatabase, str], tmp_path):
    with as_owner(owned[0].open()) as owner, owner.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE of_a_later_revision (id int)")
    settings = Settings(home=tmp_path, database_url=owned[1], secret_key="only for tests " * 4)

    with pytest.raises(SchemaError, match=r"lacks rights on of_a_later_revision\. .* tracker db rights --app app_of_\w+ --apply"):
        open_database(settings)


@pytest.mark.parametrize(
    ("taken", "lacking"),
    [
        ("UPDATE (body) ON postscript", ["postscript"]),
        ("UPDATE (rationale) ON verdict", ["verdict"]),  # `missing` stays
        ("UPDATE (sha256) ON article_text", ["article_text"]),
        ("INSERT ON event", ["event"]),
        ("INSERT, UPDATE ON claim", ["claim"]),
        ("UPDATE ON claim", ["claim"]),
        ("DELETE ON claim_search", ["claim_search"]),
        ("UPDATE ON chain_head", ["chain_head"]),
        ("SELECT ON role", ["role"]),
        ("INSERT ON event, verdict, note", ["event", "note", "verdict"]),
    ],
)
def test_right_that_was_not_given_is_a_fault_of_the_check(owned: tuple[TestDatabase, str], taken: str, lacking: list[str]):
    database = Database(owned[1])
    faults = [_find_faults(database)]
    with as_owner(owned[0].open()) as owner, owner.engine.begin() as connection:
        connection.exec_driver_sql(f'REVOKE {taken} FROM "{database.url.username}"')
    faults.append(_find_faults(database))
    database.dispose()

    assert [list(each) for each in faults] == [[], ["rights"]]
    assert f"lacks rights on {', '.join(lacking)}." in faults[1]["rights"]


def test_right_to_some_columns_alone_is_a_fault_of_the_check(owned: tuple[TestDatabase, str]):
    database = Database(owned[1])
    with as_owner(owned[0].open()) as owner, owner.engine.begin() as connection:
        connection.exec_driver_sql(f'REVOKE UPDATE ON claim FROM "{database.url.username}"')
        connection.exec_driver_sql(f'GRANT UPDATE (statement) ON claim TO "{database.url.username}"')
    faults = _find_faults(database)
    database.dispose()

    assert list(faults) == ["rights"]
    assert "lacks rights on claim." in faults["rights"]


def _find_faults(database: Database) -> dict[str, str]:
    return {finding.about: finding.fault for finding in checking.check(database) if finding.fault}


def test_columns_that_can_be_changed_of_guarded_tables_are_those_of_erasable_texts(application: Database):
    query = sa.text(
        "SELECT table_name, column_name FROM information_schema.column_privileges "
        "WHERE privilege_type = 'UPDATE' AND grantee = current_user AND table_name = ANY(:guarded)"
    )
    with application.reading() as session:
        found = {f"{table}.{column}" for table, column in session.execute(query, {"guarded": list(GUARDED)})}
    assert found == {
        "event_texts.texts", "article_text.body", "article_text.sha256", "verdict.rationale", "verdict.missing",
        "verdict_decision.note", "postscript.body",
    }  # fmt: skip


def test_the_rights_can_be_given_again(owned: tuple[TestDatabase, str]):
    name = str(sa.make_url(owned[1]).username)
    with as_owner(owned[0].open()) as owner, owner.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE of_a_later_revision (id int)")
        for _ in range(2):
            connection.exec_driver_sql(build_script(name).replace("%", "%%"))
        connection.commit()
    database = Database(owned[1])
    run(database, "INSERT INTO of_a_later_revision VALUES (1)")
    database.dispose()
