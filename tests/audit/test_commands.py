"""`tracker history`: what it says, and with which status it ends."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests import factories
from tests.ledger.support import checked, record_some, tampering
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database

Run = Callable[..., Result]


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    key = "k3y-f0r-t3sts-0123456789abcdefghijkl"
    return {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": key}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def call(*arguments: str) -> Result:
        return CliRunner().invoke(command, ["history", *arguments], obj=Context(environment))

    return call


@pytest.fixture
def anchored(database: Database, run: Run, tmp_path: Path) -> Path:
    """A history of five lines, and a file with an anchor of the third."""
    record_some(database, 3)
    path = tmp_path / "anchors.txt"
    path.write_text(run("head").stdout)
    record_some(database, 2)
    return path


def refused(result: Result, words: str) -> None:
    """One line on stderr, with these words, and status 1."""
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.startswith("tracker: ")
    assert len(result.stderr.splitlines()) == 1


def test_verify_prints_what_it_checked(database: Database, run: Run, anchored: Path):
    factories.make_claim(database)
    done = run("verify", "--anchors", str(anchored), "--rows")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert "7 lines verified" in done.stdout
    assert "1 anchor compared" in done.stdout
    assert "2 rows as in the history" in done.stdout


def test_verify_of_an_empty_history(run: Run):
    done = run("verify", "--rows")
    assert (done.exit_code, done.stdout) == (0, "0 lines verified; 0 rows as in the history.\n")


def test_verify_names_the_first_bad_line(database: Database, run: Run):
    record_some(database, 4)
    with tampering(database) as connection:
        connection.execute(text("UPDATE event SET kind = 'x' WHERE seq = 3"))
    refused(run("verify"), "Line 3 was changed")


def test_verify_names_further_differences_on_standard_output(database: Database, run: Run):
    factories.make_topic(database)
    record_some(database, 1)
    with tampering(database) as connection:
        connection.execute(text("UPDATE topic SET label_en = 'x', label_fr = 'y'"))
    done = run("verify", "--rows")
    refused(done, 'topic:1: "label_en"')
    assert '"label_fr"' in done.stdout
    assert run("verify").exit_code == 0


def test_verify_finds_a_cut_tail_by_an_anchor(database: Database, run: Run, anchored: Path):
    with tampering(database) as connection:
        connection.execute(text("DELETE FROM event_texts WHERE seq > 2"))
        connection.execute(text("DELETE FROM event WHERE seq > 2"))
        connection.execute(text("UPDATE chain_head SET seq = 2, hash = (SELECT hash FROM event WHERE seq = 2)"))
    assert run("verify").exit_code == 0
    refused(run("verify", "--anchors", str(anchored)), "tail was cut")


def test_verify_takes_several_files_of_anchors(run: Run, anchored: Path, tmp_path: Path):
    other = tmp_path / "other.txt"
    other.write_text(anchored.read_text().replace('"seq": 3', '"seq": 4'))
    refused(run("verify", "--anchors", str(anchored), "--anchors", str(other)), "line 4 is not the one")


@pytest.mark.parametrize("anchors", [b"torn\n", b'{"date": "2024-03-11"}\n', b"\xff\xfe\n"])
def test_verify_refuses_a_file_that_holds_no_anchors(run: Run, tmp_path: Path, anchors: bytes):
    path = tmp_path / "anchors.txt"
    path.write_bytes(anchors)
    refused(run("verify", "--anchors", str(path)), str(path))


def test_a_file_that_is_not_there_is_a_wrong_usage(run: Run, tmp_path: Path):
    assert run("verify", "--anchors", str(tmp_path / "nothing")).exit_code == 2


def test_head_prints_an_anchor(database: Database, run: Run):
    refused(run("head"), "empty")
    record_some(database, 2)
    said = json.loads(run("head").stdout)
    assert said["seq"] == 2
    assert said["hash"] == checked(database).last.hash


def test_export_to_standard_output_and_to_a_file(database: Database, run: Run, tmp_path: Path):
    factories.make_claim(database, statement="Il fera « beau »")
    path = tmp_path / "history.jsonl"
    assert run("export", "--output", str(path)).exit_code == 0
    assert path.read_text("utf-8") == run("export").stdout
    assert [json.loads(line)["seq"] for line in path.read_text("utf-8").splitlines()] == [1, 2]
    assert "« beau »" in path.read_text("utf-8")
    assert [each.name for each in tmp_path.iterdir() if "history" in each.name] == ["history.jsonl"]


def test_an_export_that_fails_leaves_the_file_as_it_was(database: Database, run: Run, tmp_path: Path):
    record_some(database, 1)
    path = tmp_path / "history.jsonl"
    path.write_text("older")
    with tampering(database) as connection:
        connection.execute(text("UPDATE event_texts SET texts = 'no json'"))
    refused(run("export", "--output", str(path)), "entry 1 cannot be read")
    assert path.read_text() == "older"
    refused(run("export", "--output", str(tmp_path / "nowhere" / "x.jsonl")), "nowhere")


def test_redact_is_for_chiefs(database: Database, run: Run):
    record_some(database, 1)
    factories.make_editor(database, email="chief@example.org", roles=["chief"])
    factories.make_editor(database, email="editor@example.org")
    factories.make_editor(database, email="gone@example.org", roles=["chief"], active=False)
    refused(run("redact", "1", "words", "--reason", "Private", "--as", "editor@example.org"), "Only a chief")
    refused(run("redact", "1", "words", "--reason", "Private", "--as", "gone@example.org"), "Only a chief")
    refused(run("redact", "1", "words", "--reason", "Private", "--as", "nobody@example.org"), "no editor")
    refused(run("redact", "1", "other", "--reason", "Private", "--as", "chief@example.org"), "has no text")
    refused(run("redact", "99", "words", "--reason", "Private", "--as", "chief@example.org"), "no entry 99")
    done = run("redact", "1", "words", "--reason", "Private", "--as", "Chief@Example.org")
    assert (done.exit_code, done.stdout) == (0, "Erased from line 1: words.\n")
    refused(run("redact", "1", "words", "--reason", "Private", "--as", "chief@example.org"), "erased already")
    assert "1 text erased by a chief" in run("verify").stdout


WRONG = ["redact", "redact 1", "redact 0 x --reason y --as z", "redact x y", "redact 1 x --reason y", "forge"]


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_usage_ends_with_2(run: Run, arguments: str):
    assert run(*arguments.split()).exit_code == 2


def test_progress_is_shown_on_a_terminal(database: Database, environment: dict[str, str]):
    record_some(database, 2)
    ours, theirs = pty.openpty()
    verify = [sys.executable, "-m", "tracker", "history", "verify"]
    done = subprocess.run(verify, env=os.environ | environment, stdout=subprocess.PIPE, stderr=theirs, check=False)
    os.close(theirs)
    shown = os.read(ours, 10_000)
    os.close(ours)
    assert done.returncode == 0
    assert b"Verifying" in shown
    assert b"2/2" in shown
    assert done.stdout.startswith(b"2 lines verified")
