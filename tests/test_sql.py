"""Asking for many rows by their numbers."""

import pytest
from sqlalchemy import event, select

from tracker.claims.models import Claim
from tracker.sql import among


@pytest.fixture
def asked(database, make_claim):
    made = [make_claim().id for _ in range(3)]
    statements = []

    def ask(numbers):
        with database.reading() as session:
            return list(session.scalars(select(Claim.id).where(among(session, Claim.id, numbers)).order_by(Claim.id)))

    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    return made, ask, statements


def test_the_rows_with_these_numbers_are_found_and_no_others(asked):
    (first, second, third), ask, _statements = asked

    assert ask([third, first, third, 2**62]) == [first, third]
    assert ask(number for number in (second,)) == [second]
    assert ask([]) == []


def test_on_postgresql_the_statement_is_the_same_for_any_number_of_them(asked, backend):
    _made, ask, statements = asked
    for many in (1, 2, 700):
        ask(range(1, many + 1))

    assert (len(set(statements)) == 1) == (backend == "postgresql")
