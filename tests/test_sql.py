"""Asking for many rows by their numbers."""

import subprocess
import sys
from datetime import UTC, date

import pytest
from sqlalchemy import bindparam, delete, event, insert, literal, select, text, update
from sqlalchemy.exc import OperationalError

from tracker.accounts.models import Desk
from tracker.claims.models import Claim
from tracker.sql import ByNumbers, among, among_parameter, dialect_of, read_columns, run_many, take_turns, write_values


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


@pytest.mark.parametrize("many", [1, 3])
def test_statement_is_run_once_for_each_row_and_keeps_its_own_values(database, many):
    rows = [{"id": number, "name": f"Desk {number}"} for number in range(1, many + 1)]
    with database.writing() as session:
        session.add(Desk(id=9, name="Culture"))
        session.flush()
        created = session.get_one(Desk, 9).created_at
        run_many(session, insert(Desk.__table__), [row | {"created_at": created.isoformat(" ")} for row in rows])
        named = update(Desk.__table__).where(Desk.__table__.c.id == bindparam("number"), Desk.__table__.c.name != "Desk 2")
        run_many(session, named.values(name=bindparam("new")), [{"number": row["id"], "new": "New %(x)s ?"} for row in rows])
    with database.reading() as session:
        found = dict(session.execute(select(Desk.id, Desk.name)).all())
    assert found == {9: "Culture"} | {row["id"]: "Desk 2" if row["id"] == 2 else "New %(x)s ?" for row in rows}
    with database.writing() as session:
        run_many(session, delete(Desk.__table__).where(Desk.__table__.c.id == bindparam("number")), [{"number": 9}])
        assert sorted(session.scalars(select(Desk.id))) == [row["id"] for row in rows]


def test_plain_rows_are_those_of_the_mapped_query(asked, database):
    (first, second, _third), _ask, _statements = asked
    query = ByNumbers(Claim.id, lambda wanted: select(Claim.id, Claim.statement).where(wanted, Claim.language == "en"))
    with database.reading() as session:
        for numbers in ([first], [first, second], [2**62]):
            assert query.run_plain(session, numbers).all() == query.run(session, numbers).all()
        assert [row.id for row in query.run_plain(session, [first])] == [first]


def test_turns_over_one_subject_wait_for_each_other_and_those_over_another_do_not(postgres_database):
    with postgres_database.writing() as session:
        take_turns(session, "a subject")
        with postgres_database.writing() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            take_turns(other, "another subject")
            with pytest.raises(OperationalError, match="lock timeout"):
                take_turns(other, "a subject")
            other.rollback()
    with postgres_database.writing() as other:
        take_turns(other, "a subject")  # the turn ended with its transaction


def test_columns_are_read_with_what_was_not_written_yet(database):
    with database.writing() as session:
        session.add(Desk(id=9, name="Culture"))
        query = select(Desk.name, Desk.created_at).where(Desk.id == bindparam("number"))
        (row,) = read_columns(session, query, {"number": 9}).all()
        assert row.name == "Culture"
        assert row.created_at.tzinfo is UTC
        assert read_columns(session, query, {"number": 8}).all() == []


def test_numbers_of_a_kept_query_are_one_parameter(asked, database):
    (first, second, third), _ask, statements = asked
    with database.reading() as session:
        query = select(Claim.id).where(among_parameter(dialect_of(session), Claim.id, "ids")).order_by(Claim.id)
        found = [[*read_columns(session, query, {"ids": ids}).scalars()] for ids in ([], [third], [third, first, second, 2**62])]
    assert found == [[], [third], [first, second, third]]
    assert len(set(statements[-3:])) == 1


def test_fixed_texts_and_numbers_of_a_kept_query_are_no_parameters(asked, database):
    (first, second, third), _ask, statements = asked
    wanted = (Claim.id.in_([first, second]), Claim.statement.not_in(["it’s", "it's", "50%"]), Claim.id < bindparam("end"))
    query = select(Claim.id, literal("it's 5%").label("fixed")).where(*wanted, Claim.made_on > date(1900, 1, 1)).limit(9)
    with database.reading() as session:
        for end, ids in ((third, [first, second]), (second, [first])):
            rows = read_columns(session, write_values(query.order_by(Claim.id)), {"end": end}).all()
            assert [(row.id, row.fixed) for row in rows] == [(number, "it's 5%") for number in ids]
    assert "NOT IN ('it’s', 'it''s', '50%" in statements[-1]
    assert f"IN ({first}, {second})" in statements[-1]


READY = """
import importlib, pkgutil, sys
import tracker
from sqlalchemy import inspect
from sqlalchemy.orm.util import AliasedClass
for each in pkgutil.walk_packages(tracker.__path__, "tracker."):
    if not each.name.endswith("__main__"):
        importlib.import_module(each.name)
kept = [
    (name, key, inspect(value).selectable)
    for name, module in list(sys.modules.items()) if name.startswith("tracker")
    for key, value in vars(module).items() if isinstance(value, AliasedClass)
]
print(len(kept), [f"{name}.{key}" for name, key, value in kept if "_columns" not in vars(value) or not value.c._proxy_index])
"""


def test_aliases_that_modules_keep_are_ready_before_threads_use_them():
    found = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True).stdout
    count, missing = found.split(" ", 1)

    assert missing.strip() == "[]"
    assert int(count) >= 10
