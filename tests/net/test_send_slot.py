"""One message at a time between being handed over and being marked; who hangs there gives way."""

import threading
import time as real_time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.factories import make_editor
from tests.notifications.harness import ON_ONE, Office
from tests.notifications.test_reminders import a_claim
from tests.support.processes import wait_until
from tracker.net.attempts import Attempt, SendSlot, Temporary
from tracker.notifications import outbox


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_who_is_inside_is_waited_for_until_it_is_marked():
    slot = SendSlot(patience=0.1)
    first, second = Attempt(60, slot), Attempt(60, slot)
    first.hand_over()
    first.answered()

    waiting = in_a_thread(second.hand_over)
    waiting.join(0.5)  # much longer than the patience
    assert waiting.is_alive()
    first.close()
    waiting.join(60)
    assert not waiting.is_alive()


def test_send_slot_timeout_is_per_holder():
    slot = SendSlot(patience=0.2)
    hung, second, third = (Attempt(60, slot) for _ in range(3))
    hung.hand_over()

    begun = real_time.monotonic()
    second.hand_over()
    assert real_time.monotonic() - begun >= 0.2
    second.answered()
    hung.answered()
    hung.close()  # is not inside any more, and lets nobody in
    waiting = in_a_thread(third.hand_over)
    waiting.join(0.5)
    assert waiting.is_alive()
    second.close()
    waiting.join(60)
    assert not waiting.is_alive()


def test_waiters_time_out_per_hung_sender_with_a_total_limit():
    slot = SendSlot(patience=0.2)
    Attempt(60, slot).hand_over()
    inside: list[float] = []

    def hang(attempt: Attempt) -> None:
        attempt.hand_over()
        inside.append(real_time.monotonic())

    waiting = [in_a_thread(lambda: hang(Attempt(60, slot))) for _ in range(3)]
    for each in waiting:
        each.join(60)

    assert len(inside) == 3
    assert inside[1] - inside[0] > 0.1


def test_who_waits_in_vain_goes_when_the_time_is_over():
    slot = SendSlot()
    first, second, third = Attempt(60, slot), Attempt(0.3, slot), Attempt(60, slot)
    first.hand_over()
    first.answered()
    with pytest.raises(Temporary):
        second.hand_over()
    first.close()
    third.hand_over()  # what gave up has left nothing behind


def test_who_was_left_behind_comes_in_no_more():
    slot = SendSlot()
    late, next_ = Attempt(60, slot), Attempt(60, slot)
    late.cut()
    late.close()
    with pytest.raises(Temporary):
        late.hand_over()
    next_.hand_over()


@ON_ONE
def test_of_several_messages_to_several_receivers_one_is_accepted_and_not_marked(office: Office, monkeypatch: pytest.MonkeyPatch):
    office.go(date(2024, 1, 2))
    for number in range(4):
        editor = make_editor(office.database, f"Editor {number}", email=f"editor{number}@example.org")
        office.preferences(editor, digest="off")
        a_claim(office, editor)
    office.go(date(2024, 3, 13))
    office.plan()
    between, most = 0, []
    lock, may_mark = threading.Lock(), threading.Event()
    mark_sent = outbox.mark_sent

    def arrived(_mail: Any) -> None:
        nonlocal between
        with lock:
            between += 1
            most.append(between)

    def marking(*given: Any) -> int:
        nonlocal between
        may_mark.wait(120)
        marked = mark_sent(*given)
        with lock:
            between -= 1
        return marked

    office.sink.on_message = arrived
    monkeypatch.setattr(outbox, "mark_sent", marking)
    sending = in_a_thread(office.dispatcher(workers=4, deadline=120.0, slot=SendSlot(patience=120.0)).round)
    wait_until(lambda: bool(most))
    real_time.sleep(0.5)  # the others are as far as they get by then
    assert len(most) == 1
    may_mark.set()
    sending.join(120)

    assert len(office.sink.mails) == 4
    assert max(most) == 1
