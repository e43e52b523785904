"""Garbage is not collected while a server starts, and is collected afterwards."""

import gc
from collections.abc import Iterator

import pytest

from tracker.server.server import collection_paused


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_collected_within_the_pause():
    with collection_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_made_within_the_pause_is_left_out_of_collections():
    before = gc.get_freeze_count()
    with collection_paused():
        kept = [[n] for n in range(1_000)]
    assert gc.get_freeze_count() >= before + len(kept)


def test_a_start_that_fails_leaves_collections_on():
    with pytest.raises(RuntimeError), collection_paused():
        raise RuntimeError("no start")
    assert gc.isenabled()
