"""The newsroom's own hedge table: what a line may hold, and which line counts."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import DESK, change_settings, events_of
from tracker.db import Database
from tracker.errors import Invalid, NotFound, Stale
from tracker.newsroom import hedge_table, settings
from tracker.suggest import HedgeRule, read_hedge

LIKELY = HedgeRule("likely", "en", "hedged", 55, 70)


def own(session: Session) -> tuple[HedgeRule, ...]:
    return hedge_table.parse_table(settings.load(session).hedges)


def test_line_is_kept_as_it_was_given(database: Database):
    with database.writing() as session:
        hedge_table.save_line(session, DESK, HedgeRule("sans  doute", "fr", "hedged", 40, 60))
        hedge_table.save_line(session, DESK, HedgeRule("could", "en", "possible_only"))
    with database.reading() as session:
        assert own(session) == (HedgeRule("could", "en", "possible_only"), HedgeRule("sans doute", "fr", "hedged", 40, 60))


def test_each_change_is_one_event_with_the_table_before(database: Database):
    with database.writing() as session:
        hedge_table.save_line(session, DESK, LIKELY)
    with database.writing() as session:
        hedge_table.remove_line(session, DESK, "en", "Likely")
    with database.reading() as session:
        assert [event.kind for event in events_of(session, "newsroom:1")][-2:] == ["newsroom.hedges", "newsroom.hedges"]
        assert own(session) == ()


def test_same_line_saved_again_records_nothing(database: Database):
    with database.writing() as session:
        hedge_table.save_line(session, DESK, LIKELY)
        basis = hedge_table.describe_state(LIKELY)
        hedge_table.save_line(session, DESK, LIKELY, replaces="likely", basis=basis)
    with database.reading() as session:
        assert [event.kind for event in events_of(session, "newsroom:1")].count("newsroom.hedges") == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (HedgeRule("could", "en", "possible_only", 30, 60), "low"),
        (HedgeRule("likely", "en", "hedged", 60, None), "low"),
        (HedgeRule("likely", "en", "hedged", 80, 60), "low"),
        (HedgeRule("likely", "en", "hedged", 60, 101), "low"),
        (HedgeRule(" … ", "en", "hedged"), "words"),
        (HedgeRule("likely, probably", "en", "hedged"), "words"),
        (HedgeRule("a; b", "en", "hedged"), "words"),
        (HedgeRule("x" * 81, "en", "hedged"), "words"),
        (HedgeRule("wahrscheinlich", "de", "hedged"), "language"),
        (HedgeRule("likely", "en", "not_recorded"), "certainty"),
    ],
)
def test_line_is_refused_with_its_field(database: Database, line: HedgeRule, field: str):
    with database.writing() as session:
        with pytest.raises(Invalid) as refused:
            hedge_table.save_line(session, DESK, line)
        assert refused.value.field == field
        assert own(session) == ()


def test_second_line_for_the_same_words_is_refused(database: Database):
    with database.writing() as session:
        hedge_table.save_line(session, DESK, LIKELY)
        with pytest.raises(Invalid, match="already"):
            hedge_table.save_line(session, DESK, HedgeRule("LIKELY", "en", "hedged", 1, 2))
        hedge_table.save_line(session, DESK, HedgeRule("likely", "fr", "hedged", 1, 2))
        assert len(own(session)) == 2


def test_change_of_a_line_that_changed_since_is_stale(database: Database):
    basis = hedge_table.describe_state(LIKELY)
    with database.writing() as session:
        hedge_table.save_line(session, DESK, LIKELY)
        newer = HedgeRule("likely", "en", "hedged", 50, 60)
        hedge_table.save_line(session, DESK, newer, replaces="likely", basis=basis)
        with pytest.raises(Stale):
            hedge_table.save_line(session, DESK, HedgeRule("likely", "en", "hedged", 1, 2), replaces="likely", basis=basis)
        assert own(session) == (newer,)


def test_line_that_is_gone_is_not_changed(database: Database):
    with database.writing() as session:
        hedge_table.remove_line(session, DESK, "en", "likely")
        with pytest.raises(NotFound):
            hedge_table.save_line(session, DESK, LIKELY, replaces="likely")
        assert own(session) == ()


def test_own_line_counts_before_the_one_that_ships():
    table = hedge_table.load_table("en; could; hedged; 20–40")
    found = read_hedge("The pier could close.", "en", table)
    assert found is not None
    assert (found.rule.low, found.rule.high) == (20, 40)
    assert read_hedge("The pier will probably close.", "en", table) is not None


def test_ignored_words_are_no_hedge():
    assert read_hedge("The pier could close.", "en", hedge_table.load_table("en; could; ignored")) is None


def test_default_lines_leave_out_what_an_own_line_replaces():
    own_lines = hedge_table.parse_table("en; could; ignored")
    words = [form for _line, forms in hedge_table.list_default_lines(own_lines, "en") for form in forms]
    assert "possibly" in words
    assert "could" not in words


@pytest.mark.parametrize("stored", ["", "no line", "xx; a; hedged", "en; a; flat; x–y", "en; ; hedged", "en; a; other; 1–2; 3"])
def test_damaged_setting_gives_no_broken_line(stored: str):
    assert [(line.low, line.high) for line in hedge_table.parse_table(stored)] in ([], [(None, None)])


def test_setting_survives_what_older_versions_stored(database: Database):
    change_settings(database, hedges="nonsense\nen; likely; hedged; 55–70")
    with database.reading() as session:
        assert own(session) == (LIKELY,)
