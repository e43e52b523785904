"""Scores follow the events of claims in every test here."""

import pytest

from tracker.ledger import recording
from tracker.scores import cells


@pytest.fixture(autouse=True)
def _follow_events():
    recording.before_seal(cells.update_cells)
