"""`tracker export person`: everything about one person, nothing about others, no secret."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from tests.factories import fresh, make_claim, make_editor, make_speaker
from tests.support.authenticator import Authenticator, add_passkey
from tests.support.web import PASSWORD, SignIn
from tracker.accounts.models import Editor
from tracker.claims.services import evidence
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Base, Database
from tracker.errors import NotFound
from tracker.exports import person
from tracker.public.models import Report


def collect(database: Database, who: str) -> dict[str, Any]:
    with database.reading() as session:
        return person.collect(session, who)["tables"]  # type: ignore[no-any-return]


def add_note(session: Session, claim: Any, body: str, author: Any) -> None:
    evidence.add_note(session, fresh(session, claim), body, actor=author.actor)


def test_person_export_holds_what_an_editor_wrote_and_no_note_of_others(database: Database):
    ann, ben = make_editor(database, email="ann@example.org"), make_editor(database, email="ben@example.org")
    claim = make_claim(database)
    with database.writing() as session:
        add_note(session, claim, "From Ann.", ann)
        add_note(session, claim, "From Ben.", ben)

    found = collect(database, "Ann@Example.org")

    assert [row["body"] for row in found["note"]] == ["From Ann."]
    assert [row["email"] for row in found["editor"]] == ["ann@example.org"]
    assert "note.add" in {row["kind"] for row in found["event"]}
    assert {row["actor"] for row in found["event"] if row["kind"] == "note.add"} == {str(ann.actor)}
    assert "ben@example.org" not in json.dumps(found)


def test_person_export_reaches_every_table_that_refers_to_editors(database: Database):
    editor = make_editor(database)
    reached: set[str] = set()
    for table in Base.metadata.sorted_tables:
        if list(person._conditions(table, {"editor": editor.id}, "")):
            reached.add(table.name)

    referring = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.target_fullname == "editor.id" for column in table.columns for key in column.foreign_keys)
    }
    assert referring <= reached
    assert {"editor", "event", "reminder"} <= reached


def test_person_export_leaves_out_every_secret(database: Database, sign_in: SignIn):
    sign_in("editor")
    with database.reading() as session:
        editors = session.execute(Base.metadata.tables["editor"].select()).mappings().all()
    kept = next(row for row in editors if row["password"])

    with database.writing() as session:
        passkey = add_passkey(session, session.get_one(Editor, kept["id"]), Authenticator(), "Phone")
        credential = str(passkey.credential_id)

    found = collect(database, f"editor:{kept['id']}")
    text = json.dumps(found)

    assert [row["name"] for row in found["passkey"]] == ["Phone"]
    assert credential not in text
    assert kept["password"] not in text
    assert kept["fs_uniquifier"] not in text
    assert PASSWORD not in text
    columns = {c.name for table in Base.metadata.sorted_tables for c in table.columns}
    assert columns >= person.SECRET
    hidden = {
        name for name in columns if name.endswith(("_hash", "_secret", "_token")) and name not in {"prev_hash", "ledger_hash"}
    }
    assert hidden <= person.SECRET


def test_person_export_of_a_speaker_holds_their_claims(database: Database):
    speaker = make_speaker(database, "Alice Example")
    mine, other = make_claim(database, speaker_id=speaker.id, attribution="stated"), make_claim(database)

    found = collect(database, f"speaker:{speaker.id}")

    assert [row["name"] for row in found["speaker"]] == ["Alice Example"]
    assert [row["id"] for row in found["claim"]] == [mine.id]
    assert other.id != mine.id


def test_person_export_finds_a_reader_by_the_address_of_a_report(database: Database):
    with database.writing() as session:
        reply = {"kind": "reply", "language": "fr", "name": "R", "email": "reader@example.org", "body": "No."}
        session.add(Report(**reply, due_on=date(2024, 3, 21)))

    found = collect(database, "READER@example.org")

    assert set(found) == {"report"}
    assert found["report"][0]["body"] == "No."
    assert "network" not in found["report"][0]


@pytest.mark.parametrize("who", ["none@example.org", "editor:999", "speaker:x", "", "editor:99999999999999999999"])
def test_person_export_of_an_unknown_person_is_refused(database: Database, who: str):
    with pytest.raises(NotFound):
        collect(database, who)


def test_person_command_writes_one_json_object(database: Database, database_url: str, tmp_path: Path):
    make_editor(database, email="ann@example.org")
    environment = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url}

    done: Result = CliRunner().invoke(command, ["export", "person", "ann@example.org"], obj=Context(environment))

    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["about"] == "ann@example.org"
