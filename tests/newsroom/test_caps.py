"""Lists that a newsroom keeps: the last line that fits is taken, the next is refused at its field."""

from datetime import date, timedelta

import pytest

from tests.factories import DESK, change_settings
from tracker.accounts.roles import Role
from tracker.db import Database
from tracker.errors import Invalid
from tracker.ledger import Actor
from tracker.newsroom import hedge_table, settings
from tracker.suggest.values import HedgeRule

CHIEF = Actor(None, frozenset({*DESK.roles, Role.CHIEF}))


def test_hedge_line_beyond_the_last_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hedge_table, "LINES_MAX", 2)
    with database.writing() as session:
        for words in ("might well", "could well"):
            hedge_table.save_line(session, CHIEF, HedgeRule(words, "en", "hedged", 20, 40))
        with pytest.raises(Invalid, match="At most 2 lines can be kept") as refused:
            hedge_table.save_line(session, CHIEF, HedgeRule("may well", "en", "hedged", 20, 40))
        assert refused.value.field == "words"


@pytest.mark.parametrize("number", [settings.HOLIDAYS_MOST, settings.HOLIDAYS_MOST + 1])
def test_holidays_are_kept_up_to_a_number(database: Database, number: int):
    days = ", ".join((date(2024, 1, 1) + timedelta(days=each)).isoformat() for each in range(number))
    if number > settings.HOLIDAYS_MOST:
        with pytest.raises(Invalid, match="At most 400 holidays can be kept"):
            change_settings(database, holidays=days)
    else:
        change_settings(database, holidays=days)
        with database.reading() as session:
            assert len(settings.load(session).holidays.split()) == number
