"""Sums that are kept: the same as adding up the cells, whatever changed, and whoever changed it at the same time."""

import threading
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.accounts.test_desks import assign, make_desk
from tests.claims.crowd import plans, watched
from tests.factories import make_article, make_claim, make_editor, make_speaker, make_topic
from tests.scores.support import DAY, count_all, differences
from tests.scores.test_queries import CHIEF
from tracker.claims.enums import Attribution, Certainty, Outcome
from tracker.claims.models import Claim, Speaker
from tracker.claims.services import editing, speakers, verdicts
from tracker.db import Database
from tracker.scores import cell_sums, queries, speaker_merges
from tracker.scores.cards import Grouping, Selection
from tracker.scores.models import Dimension, Part, ScoreCell, ScoreState, ScoreTotal

STATED = {"attribution": Attribution.STATED}


def make_newsroom(database: Database) -> dict[str, Any]:
    """Claims that differ in all that sums are kept by."""
    one, other = make_speaker(database, "Ada Vane"), make_speaker(database, "Bo Reck")
    owner, topic, desk = make_editor(database), make_topic(database), make_desk(database)
    assign(database, owner, desk)
    articles = [make_article(database) for _ in range(3)]
    outcomes = (Outcome.CONFIRMED, Outcome.REFUTED, Outcome.PARTLY_CONFIRMED, Outcome.VOID)
    band = {"certainty": Certainty.HEDGED, "hedge": "probably", "likelihood_low": 55, "likelihood_high": 75}
    could = {"certainty": Certainty.POSSIBLE_ONLY, "hedge": "could"}
    for place, outcome in enumerate(outcomes * 4):
        given = [band, could, {}][place % 3]
        speaker: dict[str, Any] = [{"speaker_id": one.id, **STATED}, {"speaker_id": other.id, **STATED}, {}][place % 5 % 3]
        more = {"owner": owner, "topics": [topic]} if place % 2 else {}
        make_claim(database, "resolved", article=articles[place % 3], outcome=outcome, **given, **speaker, **more)
    make_claim(database, "due", article=articles[0], **band)
    return {"speaker_id": one.id, "owner_id": owner.id, "desk_id": desk, "topic_id": topic.id, "year": 2024, "hedge": "probably"}


def test_kept_sums_are_those_of_the_cells(database: Database):
    fields = make_newsroom(database)
    count_all(database)
    with database.reading() as session:
        of_speaker = Selection(speaker_id=fields["speaker_id"])
        both = (replace(of_speaker, year=fields["year"]), replace(of_speaker, hedge="Probably"))
        for selection in (Selection(), *(Selection(**{name: value}) for name, value in fields.items()), *both):
            kept = queries._read_kept(session, selection)
            assert kept == cell_sums.read_cells(session, selection), selection
            assert kept is not None
            assert kept.counts.tracked > 0, selection
        tables = [(by, Selection()) for by in Grouping]
        split = (Grouping.YEAR, Grouping.HEDGE)
        tables += [(by, Selection(speaker_id=number)) for by in split for number in (0, fields["speaker_id"])]
        for by, selection in tables:
            found = [tuple(row) for row in queries._list_kept(session, by, selection, 0, 50) or ()]
            names = (*queries.COUNTS, *queries.PRODUCTS)
            wanted = cell_sums.list_cells(session, by, selection, 0, 50)
            assert found == [(row.key, *(int(getattr(row, name)) for name in names)) for row in wanted], by
            assert found, by


def test_years_and_hedges_of_a_speaker_are_read_from_kept_sums_alone(database: Database):
    fields = make_newsroom(database)
    article = make_article(database, published_on=date(2022, 3, 1))
    make_claim(database, "resolved", article=article, speaker_id=fields["speaker_id"], **STATED)
    count_all(database)
    with database.reading() as session:
        of_speaker = Selection(speaker_id=fields["speaker_id"])
        asked = [
            lambda: queries.load_groups(session, Grouping.YEAR, of_speaker),
            lambda: queries.load_card(session, replace(of_speaker, year=2022)),
            lambda: queries.load_groups(session, Grouping.HEDGE, of_speaker),
            lambda: queries.load_card(session, replace(of_speaker, hedge="probably")),
        ]
        for ask in asked:
            with watched(session) as seen:
                found = ask()
            assert found
            assert len(seen) <= 2
            assert [statement for statement, _ in seen if "score_cell" in statement or "topic_cell" in statement] == []
        rows = queries.load_groups(session, Grouping.YEAR, of_speaker).rows
        assert [(row.key, row.counts.tracked > 0) for row in rows] == [("2024", True), ("2022", True)]
        words = [row.key for row in queries.load_groups(session, Grouping.HEDGE, of_speaker).rows]
        assert words.count("probably") == 1
        assert words.count("") == 1
        for ask in asked if database.is_sqlite else ():
            plan = "\n".join(plans(session, ask))
            assert "SEARCH score_total USING" in plan
            assert "SCAN score_total" not in plan


def test_selection_by_two_fields_is_added_up_from_cells(database: Database):
    fields = make_newsroom(database)
    count_all(database)
    with database.reading() as session:
        both = Selection(year=fields["year"], hedge="probably")
        assert queries._read_kept(session, both) is None
        card = queries.load_card(session, both)
        assert card is not None
        assert 0 < card.counts.tracked < 17


def test_merging_and_unmerging_move_claims_to_other_sums(database: Database):
    make_newsroom(database)
    count_all(database)
    with database.reading() as session:
        one, other = session.scalars(select(Speaker.id).order_by(Speaker.id))

    def tracked() -> dict[int, int]:
        sums = select(ScoreTotal.number, ScoreTotal.tracked).where(
            ScoreTotal.dimension == Dimension.SPEAKER, ScoreTotal.part == Part.RATES
        )
        with database.reading() as session:
            return {number: count for number, count in session.execute(sums) if number}

    before = tracked()
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, other), one, actor=CHIEF)
    assert tracked() == {one: before[one] + before[other]}
    assert differences(database) == []
    with database.writing() as session:
        speakers.unmerge(session, session.get_one(Speaker, other), actor=CHIEF)
    assert tracked() == before
    assert differences(database) == []


@pytest.mark.parametrize("batch", [1, 500])
def test_merging_moves_articles_that_quote_one_or_both(database: Database, monkeypatch: pytest.MonkeyPatch, batch: int):
    monkeypatch.setattr(speaker_merges, "_BATCH", batch)
    make_newsroom(database)
    third = make_speaker(database, "B. Reck")
    with database.reading() as session:
        one, other, _ = session.scalars(select(Speaker.id).order_by(Speaker.id))
    band: dict[str, Any] = {"certainty": Certainty.HEDGED, "hedge": "probably", "likelihood_low": 55, "likelihood_high": 75}
    earlier = {"published_on": date(2022, 3, 1)}
    for pair, when in (
        *(([each], {}) for each in (other, third.id, other)),
        ([one, other], earlier), ([other], earlier), ([one, third.id, other], earlier), ([one, other], {}),
    ):  # fmt: skip
        article = make_article(database, **when)
        for speaker_id, given in ((each, given) for each in pair for given in (band, {})):
            quoted: dict[str, Any] = {"speaker_id": speaker_id, **STATED, **given}
            make_claim(database, "resolved", article=article, outcome=Outcome.CONFIRMED, **quoted)
    waiting = make_claim(database, "open", **{"speaker_id": other, **STATED, **band})
    count_all(database)
    before = _read_years(database)
    assert {year for _, year in before} == {"2022", "2024"}

    with database.writing() as session:  # a claim of the merged one changes in the same transaction
        speakers.merge(session, session.get_one(Speaker, third.id), other, actor=CHIEF)
        speakers.merge(session, session.get_one(Speaker, other), one, actor=CHIEF)
        claim = session.get_one(Claim, waiting.id)
        editing.edit(session, claim, {"hedge": "perhaps"}, actor=CHIEF, version=claim.version)
    assert differences(database) == []
    with database.reading() as session:
        assert not session.scalars(select(ScoreCell).where(ScoreCell.speaker_id.in_((other, third.id)))).all()
        of_speakers = ScoreTotal.dimension.startswith("speaker")
        assert not session.scalars(select(ScoreTotal).where(ScoreTotal.number.in_((other, third.id)), of_speakers)).all()
    merged = Counter[tuple[int, str]]()
    for (speaker_id, year), tracked in before.items():
        merged[speaker_id and one, year] += tracked
    assert _read_years(database) == merged

    with database.writing() as session:
        speakers.unmerge(session, session.get_one(Speaker, other), actor=CHIEF)
        speakers.merge(session, session.get_one(Speaker, other), one, actor=CHIEF)
        speakers.unmerge(session, session.get_one(Speaker, other), actor=CHIEF)
    assert differences(database) == []


def _read_years(database: Database) -> dict[tuple[int, str], int]:
    """How many claims are tracked of each speaker and year."""
    sums = select(ScoreTotal.number, ScoreTotal.text, ScoreTotal.tracked)
    of_years = sums.where(ScoreTotal.dimension == Dimension.SPEAKER_YEAR, ScoreTotal.part == Part.RATES)
    with database.reading() as session:
        return {(number, year): tracked for number, year, tracked in session.execute(of_years)}


def test_merging_counts_no_claim_again(database: Database):
    make_newsroom(database)
    count_all(database)
    with database.reading() as session:
        one, other = session.scalars(select(Speaker.id).order_by(Speaker.id))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, other), one, actor=CHIEF)
    assert [each for each in statements if each.startswith("UPDATE score_cell SET speaker_id")]
    assert not [each for each in statements if "JOIN verdict" in each]


def test_word_that_no_claim_has_any_more_is_not_kept(database: Database):
    claim = make_claim(
        database, "open", certainty=Certainty.HEDGED, hedge="As Vera confided", likelihood_low=55, likelihood_high=75
    )
    count_all(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, {"hedge": "probably"}, actor=CHIEF, version=own.version)
    with database.reading() as session:
        assert set(session.scalars(select(ScoreTotal.text))) == {"", "probably", "2024"}


def test_difference_names_a_sum_that_was_tampered_with(database: Database):
    make_claim(database, "resolved")
    count_all(database)
    with database.writing() as session:
        session.scalars(select(ScoreTotal).where(ScoreTotal.dimension == Dimension.YEAR)).one().squared = 9
    [(table, key)] = differences(database)
    assert (table, key[0], key[3]) == ("score_total", "year", "rates")


@pytest.mark.parametrize("backend", ["postgresql"])
def test_verdicts_signed_at_once_in_one_article_are_all_counted(database: Database):
    article, signer = make_article(database), make_editor(database)
    claims = [make_claim(database, "proposed", article=article) for _ in range(4)]
    count_all(database, DAY)
    ready = threading.Barrier(len(claims))
    faults: list[BaseException] = []

    def sign(number: int) -> None:
        try:
            with database.writing() as session:
                own = session.get_one(Claim, number)
                verdicts.sign(session, own, actor=signer.actor, version=own.version)
                ready.wait(10)  # all have signed, none is committed
        except BaseException as fault:  # what a thread raises is lost otherwise
            faults.append(fault)

    threads = [threading.Thread(target=sign, args=(claim.id,)) for claim in claims]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert differences(database) == []
    with database.reading() as session:
        assert session.get_one(ScoreState, 1).as_of == DAY
        total = session.scalars(
            select(ScoreTotal).where(ScoreTotal.dimension == Dimension.ALL, ScoreTotal.part == Part.RATES)
        ).one()
        assert (total.tracked, total.confirmed) == (4, 4)
