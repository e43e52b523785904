"""Anchors: the head goes out once a day, and the history knows that it did."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.ledger.support import checked, record_some, tampering
from tracker.db import Database
from tracker.ledger.anchors import FILE, Anchor, BadAnchor, drop, head, mail, read, read_all, write
from tracker.ledger.findings import What

DAY, NEXT = date(2024, 3, 11), date(2024, 3, 12)
HASH = "ab" * 32


def anchor(database: Database, home: Path, day: date) -> Anchor | None:
    with database.writing() as session:
        return drop(session, home, day)


def kept(home: Path) -> list[Anchor]:
    return read_all((home / FILE).read_text().splitlines())


def test_an_anchor_reads_as_it_was_written():
    one = Anchor(DAY, 12, HASH)
    assert json.loads(write(one)) == {"date": "2024-03-11", "seq": 12, "hash": HASH}
    assert read(write(one)) == one


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        '{"date": "2024-03-11", "seq": 12}',
        f'{{"date": "11/3/2024", "seq": 12, "hash": "{HASH}"}}',
        f'{{"date": "2024-03-11", "seq": "12", "hash": "{HASH}"}}',
        f'{{"date": "2024-03-11", "seq": true, "hash": "{HASH}"}}',
        f'{{"date": "2024-03-11", "seq": 0, "hash": "{HASH}"}}',
        f'{{"date": "2024-03-11", "seq": 12, "hash": "{HASH.upper()}"}}',
    ],
)
def test_what_is_no_anchor_is_refused(line: str):
    with pytest.raises(BadAnchor):
        read(line)


def test_the_line_of_a_file_that_is_no_anchor_is_named():
    with pytest.raises(BadAnchor, match="line 3"):
        read_all([write(Anchor(DAY, 12, HASH)), "", "torn"])


def test_an_empty_history_has_no_anchor(database: Database, tmp_path: Path):
    assert anchor(database, tmp_path, DAY) is None
    assert not (tmp_path / FILE).exists()
    assert checked(database).last.seq == 0


def test_the_head_goes_out_once_a_day(database: Database, tmp_path: Path):
    record_some(database, 3)
    first = anchor(database, tmp_path, DAY)
    assert first is not None
    assert first.seq == 3
    assert anchor(database, tmp_path, DAY) is None
    second = anchor(database, tmp_path, NEXT)
    assert second is not None
    assert second.seq == 4, "that the first one went out is itself a line"
    assert kept(tmp_path) == [first, second]
    report = checked(database, anchors=kept(tmp_path))
    assert report.ok
    assert report.anchors == 2
    assert report.last.seq == 5


def test_a_clock_that_was_set_back_drops_no_second_anchor(database: Database, tmp_path: Path):
    record_some(database, 1)
    anchor(database, tmp_path, NEXT)
    assert anchor(database, tmp_path, DAY) is None
    assert len(kept(tmp_path)) == 1


def test_two_homes_keep_the_same_anchor_of_a_day(database: Database, tmp_path: Path):
    record_some(database, 1)
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    anchor(database, here, DAY)
    record_some(database, 1)
    anchor(database, there, DAY)
    assert kept(here) == kept(there)
    assert checked(database, anchors=kept(there)).ok
    assert checked(database).last.seq == 3


def test_an_anchor_whose_event_was_not_committed_holds_all_the_same(database: Database, tmp_path: Path):
    record_some(database, 2)
    with pytest.raises(KeyboardInterrupt), database.writing() as session:  # noqa: PT012
        drop(session, tmp_path, DAY)
        raise KeyboardInterrupt
    assert [each.seq for each in kept(tmp_path)] == [2]
    record_some(database, 1)
    assert checked(database, anchors=kept(tmp_path)).ok


def test_a_line_that_was_torn_by_a_power_cut_does_not_swallow_the_next(database: Database, tmp_path: Path):
    record_some(database, 1)
    (tmp_path / FILE).write_text('{"date": "2024-0')
    dropped = anchor(database, tmp_path, DAY)
    lines = (tmp_path / FILE).read_text().splitlines()
    assert len(lines) == 2
    assert read(lines[1]) == dropped


def test_an_anchor_that_is_missing_from_the_file_is_named(database: Database, tmp_path: Path):
    record_some(database, 1)
    anchor(database, tmp_path, DAY)
    anchor(database, tmp_path, NEXT)
    report = checked(database, anchors=kept(tmp_path)[1:])
    assert [(finding.what, finding.seq) for finding in report.findings] == [(What.MISSING_ANCHOR, 2)]
    assert "2024-03-11" in str(report.findings[0])
    assert [finding.what for finding in checked(database, anchors=[]).findings] == [What.MISSING_ANCHOR] * 2
    assert checked(database).ok, "without a file there is nothing to compare"


def test_restarted_history_fails_against_its_anchors(database: Database, tmp_path: Path):
    record_some(database, 5)
    anchor(database, tmp_path, DAY)
    with tampering(database) as connection:
        connection.exec_driver_sql("DELETE FROM event_texts")
        connection.exec_driver_sql("DELETE FROM event")
        connection.exec_driver_sql(f"UPDATE chain_head SET seq = 0, hash = '{'0' * 64}'")
    assert checked(database).ok
    assert checked(database, anchors=kept(tmp_path)).findings[0].what is What.CUT
    record_some(database, 6)
    assert checked(database).ok
    assert checked(database, anchors=kept(tmp_path)).findings[0].what is What.REWRITTEN


def test_the_mail_holds_the_line_that_verifying_asks_for(database: Database):
    record_some(database, 1)
    with database.reading() as session:
        one = head(session, DAY)
    assert one is not None
    letter = mail(one, "The Daily")
    assert "The Daily" in str(letter.subject)
    assert write(one) in str(letter.body).splitlines()
