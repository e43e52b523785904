"""The watchdog counts by a clock that nobody can set."""

import threading
from collections.abc import Callable

import pytest

from tracker import clock
from tracker.scheduling.watchdog import STALLED_AFTER, Watchdog


@pytest.fixture
def elapse(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    now = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def test_a_job_is_overdue_when_its_start_was_missed(elapse: Callable[[float], None]):
    dog = Watchdog({"often": 1, "seldom": 60}, grace=2)

    elapse(3)
    assert dog.overdue() == []
    elapse(0.1)
    assert dog.overdue() == ["often"]
    with dog.running("often"):
        pass
    assert dog.overdue() == []
    elapse(60)
    assert dog.overdue() == ["often", "seldom"]


def test_a_job_that_runs_is_not_overdue_however_long_it_takes(elapse: Callable[[float], None]):
    dog = Watchdog({"long": 1}, grace=2)

    with dog.running("long"):
        elapse(10_000)
        assert dog.overdue() == []
        assert not dog.is_stalled()


def test_a_job_that_cannot_be_woken_is_hopeless_in_the_end(elapse: Callable[[float], None]):
    dog = Watchdog({"dead": 1}, grace=2)

    elapse(4)
    assert dog.overdue() == ["dead"]
    elapse(STALLED_AFTER)
    assert dog.overdue() == ["dead"]
    assert not dog.is_stalled()
    elapse(0.1)
    assert dog.is_stalled()


def test_a_job_that_ran_for_long_may_take_its_time_to_start_again(elapse: Callable[[float], None]):
    dog = Watchdog({"long": 1}, grace=2)

    with dog.running("long"):
        elapse(10_000)
    assert dog.overdue() == ["long"]
    assert not dog.is_stalled()
    elapse(STALLED_AFTER)
    with dog.running("long"):
        pass
    elapse(0.1)
    assert not dog.is_stalled()


def test_a_process_that_was_stopped_for_long_wakes_its_jobs_before_it_gives_up(elapse: Callable[[float], None]):
    dog = Watchdog({"often": 1}, grace=2)

    elapse(10_000)
    assert not dog.is_stalled()
    assert dog.overdue() == ["often"]
    assert not dog.is_stalled()


def test_a_failed_run_is_over_too():
    dog = Watchdog({"bad": 1}, grace=2)

    with pytest.raises(ValueError, match="bad"), dog.running("bad"):
        raise ValueError("bad")

    assert dog.wait_until_idle(0)


def test_waits_until_nothing_runs():
    dog = Watchdog({"long": 1}, grace=2)
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        with dog.running("long"):
            begun.set()
            may_end.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(10)
    assert not dog.wait_until_idle(0.01)
    may_end.set()
    assert dog.wait_until_idle(10)
    thread.join()
