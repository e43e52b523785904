"""What editors did with the marks of each cue: counted, shown, exported, and cues switched off."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.claims.pages import forms
from tests.factories import change_settings, events_of, make_editor
from tests.intake.sorting import BODY, find_candidate, load_candidates, read_article
from tests.support.web import SignIn
from tracker.accounts.models import Editor
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.intake import decisions, undoing
from tracker.intake.acceptance import LEAST_DECIDED, Decisions, count_decisions, list_cue_lines
from tracker.intake.labels import list_labels
from tracker.intake.models import Candidate
from tracker.newsroom import settings


@pytest.fixture
def editor(database: Database) -> Editor:
    return make_editor(database, "Ann Archer")


@pytest.fixture
def reading(database: Database, editor: Editor) -> int:
    return read_article(database, editor)


def keep(database: Database, candidate: Candidate, editor: Editor, **values: Any) -> None:
    with database.writing() as session:
        decisions.keep(session, candidate.id, values, actor=editor.actor, version=candidate.version)


def reject(database: Database, candidate: Candidate, editor: Editor) -> None:
    with database.writing() as session:
        decisions.reject(session, candidate.id, actor=editor.actor, version=candidate.version)


def counts(database: Database, language: str = "en") -> dict[str, Decisions]:
    with database.reading() as session:
        return count_decisions(session, language)


def test_kept_edited_and_rejected_are_counted_for_each_cue(database: Database, session: Session, editor: Editor, reading: int):
    keep(database, find_candidate(session, reading, "bridge"), editor)
    keep(database, find_candidate(session, reading, "Traffic"), editor, statement="Traffic falls by 20%")
    reject(database, find_candidate(session, reading, "contract"), editor)
    assert counts(database)["will"] == Decisions(kept=1, edited=1, rejected=1)


def test_waiting_candidates_are_not_counted(database: Database, reading: int):
    assert counts(database) == {}


def test_decisions_count_for_the_language_of_the_article(database: Database, session: Session, editor: Editor, reading: int):
    keep(database, find_candidate(session, reading, "bridge"), editor)
    assert counts(database, "fr") == {}


def test_undone_decision_no_longer_counts(database: Database, session: Session, editor: Editor, reading: int):
    reject(database, find_candidate(session, reading, "contract"), editor)
    candidate = find_candidate(session, reading, "contract")
    with database.writing() as writer:
        undoing.undo(writer, candidate.id, actor=editor.actor, version=candidate.version)
    assert counts(database) == {}


def test_share_is_shown_from_enough_decisions_only():
    assert Decisions(kept=LEAST_DECIDED - 1).accepted_percent is None
    assert Decisions(kept=6, edited=3, rejected=3).accepted_percent == 75


def test_every_cue_is_listed_those_decided_most_first():
    lines = list_cue_lines("en", {"will": Decisions(rejected=2)}, frozenset({"going_to"}))
    assert lines[0].rule.name == "will"
    assert [line.rule.name for line in lines if not line.is_on] == ["going_to"]


def test_page_shows_the_share_and_no_switch_to_editors(database: Database, sign_in: SignIn):
    client = sign_in(make_editor(database))
    page = client.get("/settings/cues").text
    assert "future with “will”" in page
    assert "Switch off" not in page
    assert client.post("/settings/cues", data={"language": "en", "name": "will", "to": "off"}).status_code == 403


def test_chief_switches_a_cue_off_and_it_no_longer_marks(database: Database, session: Session, editor: Editor, sign_in: SignIn):
    client = sign_in(make_editor(database, roles=("chief",)))
    page = client.get("/settings/cues")
    sent = next(each for each in forms(page) if each.values.get("name") == ["will"])
    answer = client.post("/settings/cues", data={**sent.values, "to": "off"})
    assert (answer.status_code, answer.location) == (303, "/settings/cues")
    with database.reading() as reader:
        assert settings.load(reader).cues_off == "en:will"
        assert events_of(reader, "newsroom:1")[-1].kind == "newsroom.cues"
    found = load_candidates(session, read_article(database, editor))
    assert not [each for each in found if "contract" in each.statement]
    assert [each for each in found if "could" in BODY[each.quote_start : each.quote_end]]
    again = client.get("/settings/cues").text
    assert len(re.findall("Switch on", again)) == 1


def test_unknown_cue_is_refused_and_changes_nothing(database: Database, sign_in: SignIn):
    client = sign_in(make_editor(database, roles=("chief",)))
    assert client.post("/settings/cues", data={"language": "en", "name": "futur", "to": "off"}).status_code == 422
    with database.reading() as reader:
        assert settings.load(reader).cues_off == ""


def test_switched_cue_of_one_language_counts_in_the_other(database: Database, session: Session, editor: Editor):
    change_settings(database, cues_off="fr:will")
    found = load_candidates(session, read_article(database, editor))
    assert [each for each in found if "contract" in each.statement]


def test_decided_passages_become_labels(database: Database, session: Session, editor: Editor, reading: int):
    keep(database, find_candidate(session, reading, "bridge"), editor)
    reject(database, find_candidate(session, reading, "contract"), editor)
    with database.reading() as reader:
        labels = list(list_labels(reader))
        assert list(list_labels(reader, "fr")) == []
    assert [(each["label"], each["text"]) for each in labels] == [
        ("yes", "The bridge at Sollen will reopen in June 2024."),
        ("no", "The council will sign a contract with the ferry company in the autumn."),
    ]
    assert {(each["lang"], each["published_on"]) for each in labels} == {("en", "2024-03-01")}
    assert all(BODY[each["start"] : each["end"]] == each["text"] for each in labels)


def test_labels_of_sample_articles_are_left_out(database: Database, session: Session, editor: Editor):
    number = read_article(database, editor, is_sample=True)
    reject(database, find_candidate(session, number, "contract"), editor)
    with database.reading() as reader:
        assert list(list_labels(reader)) == []


def test_command_writes_the_labels(
    database_url: str, database: Database, session: Session, editor: Editor, reading: int, tmp_path: Any
):
    reject(database, find_candidate(session, reading, "contract"), editor)
    file = tmp_path / "labels.jsonl"
    environ = {
        "TRACKER_DATABASE_URL": database_url,
        "TRACKER_HOME": str(tmp_path),
        "TRACKER_SECRET_KEY": "k3y-f0r-t3sts-" + "0" * 20,
    }
    done = CliRunner().invoke(command, ["suggest", "--export-labels", str(file)], obj=Context(environ))
    assert done.exit_code == 0, done.output
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["label"] == "no"


def test_command_wants_a_text_or_labels():
    assert CliRunner().invoke(command, ["suggest"], obj=Context({})).exit_code == 2
