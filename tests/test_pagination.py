"""Places in a list, and how they travel in an address."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.orm import Session

from tracker.pagination import ID_MAX, Order, Place, page, read_id

ROWS = Table("row", MetaData(), Column("id", Integer, primary_key=True), Column("day", Date), Column("name", String))


@pytest.mark.parametrize("given", ["", None, "0", "-1", "01", "1e3", "1.0", " 1", "١", "x", "\x00", str(ID_MAX + 1), "9" * 30])
def test_what_no_row_can_have_is_no_id(given: str | None):
    assert read_id(given) is None


@pytest.mark.parametrize("given", ["1", "147", str(ID_MAX)])
def test_an_id_is_read(given: str):
    assert read_id(given) == int(given)


@given(st.integers(1, ID_MAX), st.text())
def test_a_place_comes_back_from_an_address_as_it_went(number: int, name: str):
    assert Order(ROWS.c.id, ROWS.c.name, read=str).place(str(Place(name, number))) == Place(name, number)


@pytest.mark.parametrize(
    "given", ["", "147", "~2024-01-01", "147~", "147~2024-02-30", "147~20240101x", "147~x~y", "x~2024-01-01"]
)
def test_a_place_that_cannot_be_read_is_none(given: str):
    assert Order(ROWS.c.id, ROWS.c.day).place(given) is None


def test_a_list_by_id_alone_has_no_key_in_its_places():
    order = Order(ROWS.c.id)
    assert order.place("147") == Place(None, 147)
    assert order.place("147~2024-01-01") is None


@given(st.lists(st.dates(date(2024, 1, 1), date(2024, 1, 4)), max_size=12), st.integers(1, 4), st.booleans())
def test_turning_pages_forwards_and_back_shows_every_row_once_in_order(days: list[date], size: int, descending: bool):
    engine = create_engine("sqlite://")
    ROWS.metadata.create_all(engine)
    with Session(engine) as session:
        if days:
            session.execute(insert(ROWS), [{"id": n, "day": day} for n, day in enumerate(days, start=1)])
        query, order = select(ROWS.c.id, ROWS.c.day), Order(ROWS.c.id, ROWS.c.day, descending=descending)
        expected = sorted(((day, n) for n, day in enumerate(days, start=1)), reverse=descending)
        pages = [page(session, query, order, size=size)]
        while pages[-1].after is not None:
            pages.append(page(session, query, order, size=size, after=str(pages[-1].after)))
        assert [(row.day, row.id) for each in pages for row in each.rows] == expected
        assert pages[0].before is None
        for earlier, later in itertools.pairwise(pages):
            back = page(session, query, order, size=size, before=str(later.before))
            assert back.rows == earlier.rows
            assert (back.before is None) == (earlier.before is None)
    engine.dispose()


def test_beyond_the_end_of_a_list_that_has_shrunk_is_its_first_page():
    engine = create_engine("sqlite://")
    ROWS.metadata.create_all(engine)
    with Session(engine) as session:
        session.execute(insert(ROWS), [{"id": 1, "day": date(2024, 1, 1)}])
        found = page(session, select(ROWS.c.id, ROWS.c.day), Order(ROWS.c.id, ROWS.c.day), size=2, after="9~2024-06-01")
        assert [row.id for row in found.rows] == [1]
        assert (found.before, found.after) == (None, None)
    engine.dispose()
