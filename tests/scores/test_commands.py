"""`tracker scores`: the numbers on standard output, of today or of a day of the past, and their verification."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.factories import make_claim
from tests.scores.support import count_all, make_worked_example
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.scores import commands
from tracker.scores.models import ScoreCell


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path):
    environ = {
        "TRACKER_HOME": str(tmp_path),
        "TRACKER_DATABASE_URL": database_url,
        "TRACKER_SECRET_KEY": "k3y-f0r-t3sts-" + "0" * 20,
    }

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(command, ["scores", *arguments], obj=Context(environ))

    return invoke


def test_scores_agree_with_the_worked_example(database: Database, run):
    make_worked_example(database)
    [row] = csv.DictReader(io.StringIO(run().stdout))
    assert float(row["in_full_low"]) == pytest.approx(0.2253, abs=1e-4)
    assert float(row["in_full_effective_claims"]) == pytest.approx(8.8889, abs=1e-4)
    [same] = json.loads(run("--format", "json").stdout)
    assert same["in_full_low"] == float(row["in_full_low"])


def test_scores_by_hedge_have_a_row_each(database: Database, run):
    make_worked_example(database)
    rows = json.loads(run("--by", "hedge", "--format", "json").stdout)
    assert [(row["by"], row["key"], row["tracked"]) for row in rows] == [("all", "", 30), ("hedge", "probably", 30)]


def test_scores_of_a_past_day_come_from_the_history(database: Database, run):
    make_claim(database, "resolved")
    done = run("--as-of", "2024-03-10", "--format", "json")
    assert done.exit_code == 0, done.stderr
    [row] = json.loads(done.stdout)
    assert (row["as_of"], row["tracked"], row["confirmed"], row["overdue"]) == ("2024-03-10", 1, 0, 1)
    [now] = json.loads(run("--format", "json").stdout)
    assert now["confirmed"] == 1


def test_bands_are_written_on_their_own(database: Database, run):
    make_worked_example(database)
    [row] = json.loads(run("--bands", "--format", "json").stdout)
    assert (row["judged"], row["confirmed"]) == (24, 12)
    assert run("--bands", "--by", "year").exit_code == 2


def test_verify_finds_a_count_that_was_changed(database: Database, run):
    make_claim(database, "resolved")
    refused = run("verify")
    assert refused.exit_code == 1
    count_all(database)
    assert run("verify").exit_code == 0
    with database.writing() as session:
        session.scalars(select(ScoreCell)).one().refuted = 3
    found = run("verify")
    assert found.exit_code == 1
    assert "score_cell" in found.stderr
    assert "and others" not in found.stderr


def test_verify_names_that_there_are_more_differences(database: Database, run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "SHOWN", 1)
    for _each in range(2):
        make_claim(database, "resolved")
    count_all(database)
    with database.writing() as session:
        for cell in session.scalars(select(ScoreCell)):
            cell.refuted = 3
    found = run("verify")
    assert found.exit_code == 1
    assert found.stderr.count("score_cell ") == 1
    assert "and others" in found.stderr
