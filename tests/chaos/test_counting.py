"""The trial counts a repeat by what became of the very try before it, not of others by the same process."""

from pathlib import Path

import pytest

from tests.chaos.children import Terms, Try
from tests.chaos.report import Report
from tests.chaos.trial import Trial
from tracker.config import Settings
from tracker.db import Database

ONE, TWO, ELSEWHERE = Try(10.0, 1, 1), Try(14.0, 1, 2), Try(16.0, 2, 1)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """A trial in which nothing has happened yet, without a database."""
    settings = Settings(home=tmp_path, database_url="", secret_key="only for trials " * 4)
    return Trial(Database(f"sqlite:///{tmp_path / 'none.db'}"), settings, tmp_path, seed=1, terms=Terms(3.0, 4.0))


def counted(trial: Trial, *tries: Try, unanswered: tuple[Try, ...] = (), marked: tuple[Try, ...] = ()) -> Report:
    """The repeats of one message that arrived at these tries, each half a second after it was begun."""
    trial._arrivals = {"a-message": [(each, each.begun + 0.5) for each in tries]}
    trial._notes.unanswered.write_text("".join(f"{each}\n" for each in unanswered))
    trial._notes.marked.write_text("".join(f"{each} -1.5\n" for each in marked))
    trial._count_repeats()
    return trial.report


def test_a_process_that_had_no_answer_and_marks_its_second_try_in_time_repeats_for_a_reason(trial: Trial):
    report = counted(trial, ONE, TWO, unanswered=(ONE,), marked=(TWO,))
    assert (report.after_silence, report.unexplained) == (1, [])


def test_what_was_marked_in_time_may_not_come_again(trial: Trial):
    report = counted(trial, ONE, ELSEWHERE, marked=(ONE, ELSEWHERE))
    assert len(report.unexplained) == report.repeats == 1


def test_a_second_answered_try_without_a_mark_has_no_cause(trial: Trial):
    report = counted(trial, ONE, ELSEWHERE, marked=(ELSEWHERE,))
    assert len(report.unexplained) == report.repeats == 1


def test_a_death_explains_what_it_left_unmarked_and_nothing_else(trial: Trial):
    trial._died_at = {1: 12.0}
    assert counted(trial, ONE, ELSEWHERE, marked=(ELSEWHERE,)).after_death == {1: 1}
    assert len(counted(trial, ONE, ELSEWHERE, marked=(ONE, ELSEWHERE)).unexplained) == 1


def test_a_copy_that_was_long_on_the_way_counts_where_it_was_sent(trial: Trial):
    trial._notes.unanswered.write_text("")
    late = [(ELSEWHERE, 16.5), (ONE, 16.9)]
    trial._arrivals = {"a-message": late}
    trial._notes.marked.write_text(f"{ELSEWHERE} -1.5\n")
    trial._notes.unanswered.write_text(f"{ONE}\n")
    trial._count_repeats()
    assert (trial.report.after_silence, trial.report.unexplained) == (1, [])
