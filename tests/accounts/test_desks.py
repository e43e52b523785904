"""Desks: adding, renaming and removing them, who belongs to them, and what the history holds of it."""

import json

import pytest
from sqlalchemy import update

from tests.factories import DESK, events_of, make_editor
from tests.support.web import SignIn
from tracker.accounts import desks
from tracker.accounts.models import Desk, Editor
from tracker.db import Database
from tracker.errors import Forbidden, Invalid, NotFound, Stale
from tracker.ledger import Actor
from tracker.ledger.verify import verify


def make_desk(database: Database, name: str = "Politics") -> int:
    with database.writing() as session:
        return desks.add(session, name, actor=DESK).id


def assign(database: Database, editor: Editor, desk_id: int | None) -> None:
    with database.writing() as session:
        desks.assign(session, session.get_one(Editor, editor.id), desk_id, actor=DESK)


def names(database: Database) -> list[tuple[str, int]]:
    with database.reading() as session:
        return [(line.row.name, line.members) for line in desks.list_desks(session)]


def test_desks_are_listed_by_name_with_their_members(database: Database):
    politics, _culture = make_desk(database), make_desk(database, "Culture")
    assign(database, make_editor(database, "Ann"), politics)
    assert names(database) == [("Culture", 0), ("Politics", 1)]


def test_desks_and_members_are_listed_as_people_sort_them(database: Database):
    first, *_ = [make_desk(database, name) for name in ("Économie", "sport", "Zoo", "Culture")]
    for name in ("Zoé", "élise", "Dan"):
        assign(database, make_editor(database, name), first)
    assert [name for name, _ in names(database)] == ["Culture", "Économie", "sport", "Zoo"]
    with database.reading() as session:
        members = desks.list_members(session, session.get_one(Desk, first))
        assert [editor.name for editor in members] == ["Dan", "élise", "Zoé"]


@pytest.mark.parametrize("name", ["politics", " Politics ", "PO\u200bLITICS"])
def test_desk_of_the_same_name_is_refused(database: Database, name: str):
    make_desk(database)
    with pytest.raises(Invalid) as refusal, database.writing() as session:
        desks.add(session, name, actor=DESK)
    assert refusal.value.field == "name"
    assert names(database) == [("Politics", 0)]


def test_removed_desk_leaves_its_name_free(database: Database):
    first = make_desk(database)
    with database.writing() as session:
        desks.remove(session, first, actor=DESK)
    assert make_desk(database) != first
    assert names(database) == [("Politics", 0)]
    with pytest.raises(NotFound), database.writing() as session:
        desks.rename(session, first, "Culture", actor=DESK)


def test_desk_with_members_is_not_removed(database: Database):
    number = make_desk(database)
    assign(database, make_editor(database), number)
    with pytest.raises(Invalid), database.writing() as session:
        desks.remove(session, number, actor=DESK)
    assert names(database) == [("Politics", 1)]


def test_desks_are_bounded(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(desks, "DESKS_MAX", 1)
    make_desk(database)
    with pytest.raises(Invalid), database.writing() as session:
        desks.add(session, "Culture", actor=DESK)
    assert names(database) == [("Politics", 0)]


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_desks_are_managed_by_chiefs_and_admins(database: Database, role: str):
    number, editor = make_desk(database), make_editor(database)
    actor = Actor(editor.id, frozenset({role}))
    with database.writing() as session:
        own = session.get_one(Editor, editor.id)
        for act in (
            lambda: desks.add(session, "Culture", actor=actor),
            lambda: desks.rename(session, number, "Culture", actor=actor),
            lambda: desks.remove(session, number, actor=actor),
            lambda: desks.assign(session, own, number, actor=actor),
        ):
            with pytest.raises(Forbidden):
                act()
    assert names(database) == [("Politics", 0)]


def test_editor_belongs_to_one_desk_at_a_time(database: Database):
    politics, culture, editor = make_desk(database), make_desk(database, "Culture"), make_editor(database)
    assign(database, editor, politics)
    assign(database, editor, culture)
    assert names(database) == [("Culture", 1), ("Politics", 0)]


def test_history_holds_who_moved_where(database: Database):
    number, editor = make_desk(database), make_editor(database)
    assign(database, editor, number)
    assign(database, editor, number)
    assign(database, editor, None)
    moves = [json.loads(event.canonical) for event in events_of(database, editor) if event.kind == "editor.desk"]
    assert [move["data"]["set"]["desk_id"] for move in moves] == [number, None]
    with database.reading() as session:
        report = verify(session, rows=True)
    assert report.ok, report


def test_pages_add_rename_fill_and_remove_a_desk(database: Database, sign_in: SignIn):
    chief, editor = sign_in("chief"), make_editor(database, "Ann Lee")
    address = chief.post("/settings/desks", data={"name": "Politics"}).location
    assert "Politics" in chief.get("/settings/desks").text
    assert chief.post(address, data={"name": "Home affairs"}).location == address
    assert chief.post(f"{address}/members", data={"editor": str(editor.id)}).location == address
    shown = chief.get(address).text
    assert "Home affairs" in shown
    assert f"{address}/members/{editor.id}/remove" in shown
    assert "Remove the desk" not in shown
    chief.post(f"{address}/members/{editor.id}/remove")
    assert "No one belongs to this desk yet." in chief.get(address).text
    assert chief.post(f"{address}/remove").location == "/settings/desks"
    assert names(database) == []


def test_refused_name_is_kept_in_the_form(database: Database, sign_in: SignIn):
    make_desk(database)
    answer = sign_in("admin").post("/settings/desks", data={"name": "politics"})
    assert answer.status_code == 422
    assert 'value="politics"' in answer.text
    assert names(database) == [("Politics", 0)]


def test_member_of_another_desk_is_not_taken_off_by_this_one(database: Database, sign_in: SignIn):
    politics, culture, editor = make_desk(database), make_desk(database, "Culture"), make_editor(database)
    assign(database, editor, culture)
    answer = sign_in("chief").post(f"/settings/desks/{politics}/members/{editor.id}/remove")
    assert answer.status_code == 409
    assert "belongs to another desk by now" in answer.text
    assert names(database) == [("Culture", 1), ("Politics", 0)]


def test_member_who_was_moved_at_the_same_moment_stays_there(database: Database):
    politics, culture, editor = make_desk(database), make_desk(database, "Culture"), make_editor(database)
    assign(database, editor, politics)
    with database.writing() as session:
        seen = session.get_one(Editor, editor.id)
        moved = update(Editor).values(desk_id=culture).where(Editor.id == editor.id)
        session.execute(moved, execution_options={"synchronize_session": False})
        assert seen.desk_id == politics
        with pytest.raises(Stale):
            desks.assign(session, seen, None, actor=DESK, expected=politics)
    assert names(database) == [("Culture", 1), ("Politics", 0)]


def test_member_is_taken_off_once_by_a_double_click(database: Database, sign_in: SignIn):
    number, editor, chief = make_desk(database), make_editor(database), sign_in("chief")
    assign(database, editor, number)
    answers = [chief.post(f"/settings/desks/{number}/members/{editor.id}/remove").status_code for _ in range(2)]
    assert answers == [303, 303]
    assert [event.kind for event in events_of(database, editor)].count("editor.desk") == 2


def test_page_speaks_french(database: Database, sign_in: SignIn):
    make_desk(database)
    client = sign_in("chief")
    client.post("/language", data={"language": "fr"})
    shown = client.get("/settings/desks").text
    assert "Ajouter un service" in shown
    assert "Politics" in shown
    with database.reading() as session:
        assert session.query(Desk).count() == 1
