"""Whoever has the database's password can change anything. Verifying finds it, names the first bad line and what was done."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection, text

from tests.ledger.support import checked, record_some, tampering
from tracker.db import Database
from tracker.ledger import chain
from tracker.ledger.anchors import Anchor
from tracker.ledger.chain import GENESIS
from tracker.ledger.findings import Report, What

LINES = 8


@pytest.fixture
def sealed(database: Database) -> Database:
    """A chain of eight lines."""
    record_some(database, LINES)
    assert checked(database).ok
    return database


def found(
    database: Database, do: Callable[[Connection], None], *, anchors: list[Anchor] | None = None
) -> tuple[What, int | None]:
    """What is found first after somebody did this, and at which line."""
    with tampering(database) as connection:
        do(connection)
    return first(checked(database))


def first(report: Report) -> tuple[What, int | None]:
    assert report.findings
    assert str(report.findings[0]).endswith(".")
    return report.findings[0].what, report.findings[0].seq


def sql(*statements: str) -> Callable[[Connection], None]:
    def do(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    return do


def canonical_of(connection: Connection, seq: int) -> str:
    found: str = connection.scalar(text("SELECT canonical FROM event WHERE seq = :seq"), {"seq": seq})
    return found


def reseal(connection: Connection, start: int, *, change: Callable[[dict[str, object]], None] | None = None) -> None:
    """Rewrite history as one who knows how: change a line, then hash it and all that follow anew, and move the head."""
    tip = connection.scalar(text("SELECT hash FROM event WHERE seq = :seq"), {"seq": start - 1}) or GENESIS
    place = start
    rows = connection.execute(text("SELECT seq, canonical FROM event WHERE seq >= :seq ORDER BY seq"), {"seq": start}).all()
    for seq, canonical in rows:
        said = json.loads(canonical)
        if change and seq == start:
            change(said)
        said["seq"] = place
        rewritten = json.dumps(said, sort_keys=True, separators=(",", ":"))
        link = chain.link(tip, rewritten)
        connection.execute(
            text("UPDATE event SET seq = :place, canonical = :text, prev_hash = :tip, hash = :link WHERE seq = :seq"),
            {"place": place, "text": rewritten, "tip": tip, "link": link, "seq": seq},
        )
        tip, place = link, place + 1
    connection.execute(text("UPDATE chain_head SET seq = :seq, hash = :hash"), {"seq": place - 1, "hash": tip})


# --- edits ---


def test_an_edited_text_is_found(sealed: Database):
    edit = "UPDATE event SET canonical = replace(canonical, 'system', 'editor:3'), actor = 'editor:3' WHERE seq = 4"
    assert found(sealed, sql(edit)) == (What.EDITED, 4)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "'thing.other'"),
        ("actor", "'editor:9'"),
        ("subject", "'thing:2'"),
        ("at", "'2020-01-01 00:00:00.000000'"),
        ("hash", f"'{'a' * 64}'"),
        ("prev_hash", f"'{'a' * 64}'"),
        ("canonical", "canonical || ' '"),
        ("canonical", "replace(canonical, '{', '{ ')"),
        ("canonical", "'{}'"),
        ("canonical", "'[]'"),
        ("canonical", "'{'"),
        ("canonical", "''"),
        ("canonical", "'{\"seq\":1e400}'"),
    ],
)
def test_an_edit_of_any_column_is_found(sealed: Database, column: str, value: str):
    assert found(sealed, sql(f"UPDATE event SET {column} = {value} WHERE seq = 4")) == (What.EDITED, 4)


@pytest.mark.parametrize("value", ["x'00ff'", "'garbage'", "42"])
@pytest.mark.parametrize("column", ["at", "actor", "canonical", "prev_hash", "hash"])
def test_rubbish_in_a_column_is_found_and_stops_nothing(sqlite_database: Database, column: str, value: str):
    record_some(sqlite_database, 3)
    assert found(sqlite_database, sql(f"UPDATE event SET {column} = {value} WHERE seq = 2")) == (What.EDITED, 2)


def test_an_edit_that_is_hashed_anew_is_found_by_the_line_behind_it(sealed: Database):
    def edit(connection: Connection) -> None:
        said = json.loads(canonical_of(connection, 4))
        said["actor"] = "editor:3"
        rewritten = json.dumps(said, sort_keys=True, separators=(",", ":"))
        tip = connection.scalar(text("SELECT hash FROM event WHERE seq = 3"))
        connection.execute(
            text("UPDATE event SET actor = 'editor:3', canonical = :text, hash = :hash WHERE seq = 4"),
            {"text": rewritten, "hash": chain.link(tip or "", rewritten)},
        )

    assert found(sealed, edit) == (What.EDITED, 4)


def test_an_edit_of_the_last_line_that_is_hashed_anew_is_found_by_the_head(sealed: Database):
    def edit(connection: Connection) -> None:
        head = connection.execute(text("SELECT seq, hash FROM chain_head")).one()
        reseal(connection, LINES, change=lambda said: said.update(at="2024-01-01T00:00:00.000000Z"))
        connection.execute(text("UPDATE event SET at = '2024-01-01 00:00:00.000000' WHERE seq = 8"))
        connection.execute(text("UPDATE chain_head SET hash = :hash"), {"hash": head.hash})

    assert found(sealed, edit) == (What.EDITED, LINES)


def test_json_that_is_not_canonical_is_found_though_its_hash_fits(sealed: Database):
    def edit(connection: Connection) -> None:
        spaced = canonical_of(connection, LINES).replace(",", ", ")
        tip = connection.scalar(text("SELECT prev_hash FROM event WHERE seq = 8"))
        link = chain.link(tip or "", spaced)
        connection.execute(text("UPDATE event SET canonical = :text, hash = :hash WHERE seq = 8"), {"text": spaced, "hash": link})
        connection.execute(text("UPDATE chain_head SET hash = :hash"), {"hash": link})

    assert found(sealed, edit) == (What.EDITED, LINES)


# --- lines that go, come and move ---


def test_a_deleted_line_is_found(sealed: Database):
    assert found(sealed, sql("DELETE FROM event_texts WHERE seq = 4", "DELETE FROM event WHERE seq = 4")) == (What.DELETED, 4)


def test_deleted_first_lines_are_found(sealed: Database):
    assert found(sealed, sql("DELETE FROM event_texts WHERE seq < 3", "DELETE FROM event WHERE seq < 3")) == (What.DELETED, 1)


def test_a_deleted_line_is_found_though_the_others_were_moved_up(sealed: Database):
    moves = [f"UPDATE event SET seq = {seq - 1} WHERE seq = {seq}" for seq in range(5, LINES + 1)]
    assert found(sealed, sql("DELETE FROM event WHERE seq = 4", *moves)) == (What.DELETED, 4)


def test_an_inserted_line_is_found(sealed: Database):
    def insert(connection: Connection) -> None:
        for seq in range(LINES, 3, -1):
            connection.execute(text(f"UPDATE event SET seq = {seq + 1} WHERE seq = {seq}"))
        tip = connection.scalar(text("SELECT hash FROM event WHERE seq = 3")) or ""
        said = json.loads(canonical_of(connection, 3)) | {"seq": 4, "kind": "thing.forged"}
        forged = json.dumps(said, sort_keys=True, separators=(",", ":"))
        connection.execute(
            text("INSERT INTO event SELECT 4, at, actor, subject, 'thing.forged', :text, hash, :hash FROM event WHERE seq = 3"),
            {"text": forged, "hash": chain.link(tip, forged)},
        )

    assert found(sealed, insert) == (What.INSERTED, 4)


def test_an_inserted_line_that_is_not_even_sealed_is_found(sealed: Database):
    moves = [f"UPDATE event SET seq = {seq + 1} WHERE seq = {seq}" for seq in range(LINES, 3, -1)]
    insert = f"INSERT INTO event SELECT 4, at, actor, subject, kind, canonical, prev_hash, '{'b' * 64}' FROM event WHERE seq = 3"
    assert found(sealed, sql(*moves, insert)) == (What.INSERTED, 4)


def test_a_line_before_the_first_is_found(sealed: Database):
    insert = f"INSERT INTO event SELECT 0, at, actor, subject, kind, canonical, prev_hash, '{'b' * 64}' FROM event WHERE seq = 1"
    assert found(sealed, sql(insert)) == (What.INSERTED, 0)


def test_a_line_put_behind_the_last_is_found(sealed: Database):
    insert = f"INSERT INTO event SELECT 9, at, actor, subject, kind, canonical, prev_hash, '{'b' * 64}' FROM event WHERE seq = 8"
    assert found(sealed, sql(insert))[1] == 9


def test_a_well_made_line_behind_the_last_is_found_by_the_head(sealed: Database):
    def insert(connection: Connection) -> None:
        last = connection.execute(text("SELECT hash, canonical FROM event WHERE seq = 8")).one()
        forged = json.dumps(json.loads(last.canonical) | {"seq": 9}, sort_keys=True, separators=(",", ":"))
        connection.execute(
            text("INSERT INTO event SELECT 9, at, actor, subject, kind, :text, hash, :hash FROM event WHERE seq = 8"),
            {"text": forged, "hash": chain.link(last.hash, forged)},
        )
        connection.execute(text("INSERT INTO event_texts SELECT 9, texts FROM event_texts WHERE seq = 8"))

    assert found(sealed, insert) == (What.INSERTED, 9)


def test_lines_that_changed_places_are_found(sealed: Database):
    swap = (
        "UPDATE event SET seq = 99 WHERE seq = 4",
        "UPDATE event SET seq = 4 WHERE seq = 6",
        "UPDATE event SET seq = 6 WHERE seq = 99",
    )
    assert found(sealed, sql(*swap)) == (What.REORDERED, 4)


def test_a_line_moved_far_away_is_found(sealed: Database):
    assert found(sealed, sql("UPDATE event SET seq = 99 WHERE seq = 4")) == (What.REORDERED, 4)


# --- the end of the chain ---


def test_a_cut_tail_is_found_by_the_head(sealed: Database):
    assert found(sealed, sql("DELETE FROM event_texts WHERE seq > 5", "DELETE FROM event WHERE seq > 5")) == (What.CUT, 6)


def test_an_emptied_history_is_found(sealed: Database):
    assert found(sealed, sql("DELETE FROM event_texts", "DELETE FROM event")) == (What.CUT, 1)


def cut(connection: Connection) -> None:
    sql("DELETE FROM event_texts WHERE seq > 5", "DELETE FROM event WHERE seq > 5")(connection)
    last = connection.scalar(text("SELECT hash FROM event WHERE seq = 5"))
    connection.execute(text("UPDATE chain_head SET seq = 5, hash = :hash"), {"hash": last})


def test_a_cut_tail_with_a_forged_head_is_found_by_an_anchor_alone(sealed: Database):
    anchors = anchors_of(sealed, 3, 7)
    with tampering(sealed) as connection:
        cut(connection)
    assert checked(sealed).ok
    assert first(checked(sealed, anchors=anchors)) == (What.CUT, 6)


def test_a_missing_head_is_found(sealed: Database):
    assert found(sealed, sql("DELETE FROM chain_head"))[0] == What.INSERTED


def rewrite(connection: Connection) -> None:
    reseal(connection, 4, change=lambda said: said.update(kind="thing.forged"))
    connection.execute(text("UPDATE event SET kind = 'thing.forged' WHERE seq = 4"))


def test_a_full_rewrite_is_found_by_an_anchor_alone(sealed: Database):
    anchors = anchors_of(sealed, 2, 3, 6)
    with tampering(sealed) as connection:
        rewrite(connection)
    assert checked(sealed).ok
    report = checked(sealed, anchors=anchors)
    assert first(report) == (What.REWRITTEN, 6)
    assert "one of 4 to 6" in str(report.findings[0])
    assert report.anchors == 2


def anchors_of(database: Database, *numbers: int) -> list[Anchor]:
    with database.reading() as session:
        hashes = {row.seq: row.hash for row in session.execute(text("SELECT seq, hash FROM event"))}
    return [Anchor(date(2024, 3, number), number, hashes[number]) for number in numbers]


def test_anchors_that_agree_are_counted(sealed: Database):
    report = checked(sealed, anchors=anchors_of(sealed, 1, 5, 8))
    assert report.ok
    assert report.anchors == 3


# --- the texts beside the chain ---


def edit_text(connection: Connection) -> None:
    connection.execute(text("UPDATE event_texts SET texts = replace(texts, 'a word', 'a lie') WHERE seq = 4"))


@pytest.mark.parametrize(
    "do",
    [
        edit_text,
        sql("UPDATE event_texts SET texts = '{}' WHERE seq = 4"),
        sql("UPDATE event_texts SET texts = 'no json' WHERE seq = 4"),
        sql("UPDATE event_texts SET texts = '[]' WHERE seq = 4"),
        sql("UPDATE event_texts SET texts = '{\"words\":1}' WHERE seq = 4"),
        sql("UPDATE event_texts SET texts = replace(texts, 'words', 'other') WHERE seq = 4"),
        sql("DELETE FROM event_texts WHERE seq = 4"),
    ],
)
def test_a_text_that_was_changed_or_taken_away_is_found(sealed: Database, do: Callable[[Connection], None]):
    assert found(sealed, do) == (What.TEXT, 4)


def test_a_text_that_was_slipped_in_is_found(sealed: Database):
    slip = """UPDATE event_texts SET texts = replace(texts, '}}', '}, "more": {"salt": "", "text": "x"}}') WHERE seq = 4"""
    assert found(sealed, sql(slip)) == (What.TEXT, 4)


def test_texts_without_event_are_found(sealed: Database):
    assert found(sealed, sql("INSERT INTO event_texts SELECT 99, texts FROM event_texts WHERE seq = 4")) == (What.TEXT, 99)


def test_every_changed_text_is_named(sealed: Database):
    with tampering(sealed) as connection:
        connection.execute(text("UPDATE event_texts SET texts = replace(texts, 'a word', 'a lie') WHERE seq IN (2, 5, 7)"))
    assert [finding.seq for finding in checked(sealed).findings] == [2, 5, 7]


def test_a_broken_chain_comes_before_a_changed_text(sealed: Database):
    def do(connection: Connection) -> None:
        edit_text(connection)
        connection.execute(text("UPDATE event SET kind = 'thing.other' WHERE seq = 6"))

    assert found(sealed, do) == (What.EDITED, 6)
