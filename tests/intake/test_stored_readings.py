"""Storing what was found in an article."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import DESK, make_article, make_editor
from tests.intake.sorting import BODY, PUBLISHED_ON, find_candidate, load_candidates, load_claims, read_again, read_article
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import DeadlineSource
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.errors import Forbidden, Invalid
from tracker.intake import decisions, stored_readings, undoing
from tracker.intake.filling import Basis, fill_own
from tracker.intake.models import ArticleReading, Candidate, CandidateCue, CandidateKind, CandidateState
from tracker.newsroom import settings
from tracker.newsroom.cue_switches import switch_cue
from tracker.suggest import Options


def test_reading_stores_candidates_with_their_cues(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)

    candidates = load_candidates(session, reading_id)
    assert [each.state for each in candidates] == [CandidateState.WAITING] * 5
    assert [each.kind for each in candidates].count(CandidateKind.LIKELY) == 3
    cues = session.scalars(select(CandidateCue).where(CandidateCue.candidate_id == candidates[0].id)).all()
    assert {cue.name for cue in cues} == {"will", "date_future"}
    reading = session.get_one(ArticleReading, reading_id)
    assert (reading.language, reading.text_number, reading.sorter_id) == ("en", 1, editor.id)


def test_text_is_read_once_however_often_it_is_asked_for(database: Database, session: Session):
    editor = make_editor(database)
    article = make_article(database, body=BODY, published_on=PUBLISHED_ON)

    first, second = (read_again(database, each, article.id) for each in (editor, make_editor(database)))

    assert first == second
    assert len(load_candidates(session, first)) == 5
    assert session.get_one(ArticleReading, first).sorter_id == editor.id


def test_corrected_text_does_not_bring_back_what_was_decided(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    with database.writing() as writer:
        kept = find_candidate(session, reading_id, "reopen")
        decisions.keep(writer, kept.id, {}, actor=editor.actor, version=kept.version)
        rejected = find_candidate(session, reading_id, "rain")
        decisions.reject(writer, rejected.id, actor=editor.actor, version=rejected.version)
    article_id = session.get_one(ArticleReading, reading_id).article_id
    with database.writing() as writer:
        article = writer.get_one(Article, article_id)
        articles.add_text(writer, DESK, article, BODY.replace("20%", "30%"))

    again = read_again(database, editor, article_id)

    assert again != reading_id
    statements = [each.statement for each in load_candidates(session, again)]
    assert len(statements) == 3
    assert "Traffic will probably fall by 30% by the end of the year" in statements


def test_own_passage_is_added_once(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    start = BODY.index("The work cost")
    numbers = []
    for _ in range(2):
        with database.writing() as writer:
            reading = writer.get_one(ArticleReading, reading_id)
            found = fill_own(Basis(BODY, "en", PUBLISHED_ON, 365), start, start + 20, Options())
            numbers.append(stored_readings.add_own(writer, reading, found, actor=editor.actor).id)

    assert numbers[0] == numbers[1]
    assert len(load_candidates(session, reading_id)) == 6


def test_own_passage_has_no_more_characters_than_a_quote(database: Database, monkeypatch: pytest.MonkeyPatch):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    start = BODY.index("The work cost")
    found = fill_own(Basis(BODY, "en", PUBLISHED_ON, 365), start, start + 20, Options())
    length = found[0].quote_end - found[0].quote_start
    monkeypatch.setattr(stored_readings, "QUOTE_MAX", length - 1)
    with pytest.raises(Invalid, match="at most"), database.writing() as writer:
        stored_readings.add_own(writer, writer.get_one(ArticleReading, reading_id), found, actor=editor.actor)
    monkeypatch.setattr(stored_readings, "QUOTE_MAX", length)
    with database.writing() as writer:
        assert stored_readings.add_own(writer, writer.get_one(ArticleReading, reading_id), found, actor=editor.actor).id


def test_reading_is_handed_to_an_editor_who_can_sort_it(database: Database, session: Session):
    editor, colleague, guest = make_editor(database), make_editor(database), make_editor(database, roles=("viewer",))
    reading_id = read_article(database, editor)
    with database.writing() as writer:
        reading = writer.get_one(ArticleReading, reading_id)
        stored_readings.hand_over(writer, reading, colleague.id, actor=editor.actor)
    assert session.get_one(ArticleReading, reading_id).sorter_id == colleague.id

    with pytest.raises(Invalid), database.writing() as writer:
        stored_readings.hand_over(writer, writer.get_one(ArticleReading, reading_id), guest.id, actor=editor.actor)
    with pytest.raises(Forbidden), database.writing() as writer:
        stored_readings.hand_over(writer, writer.get_one(ArticleReading, reading_id), editor.id, actor=guest.actor)
    session.rollback()
    assert session.get_one(ArticleReading, reading_id).sorter_id == colleague.id


def test_readings_of_a_disabled_editor_are_left_to_everyone(database: Database, session: Session):
    editor = make_editor(database)
    reading_id, other = read_article(database, editor), read_article(database, make_editor(database))
    with database.writing() as writer:
        stored_readings.release_all_of(writer, editor.id, DESK)

    assert session.get_one(ArticleReading, reading_id).sorter_id is None
    assert session.get_one(ArticleReading, other).sorter_id is not None


def test_changed_day_of_publication_moves_deadlines_of_passages_that_wait(database: Database, session: Session):
    reading_id = read_article(database, make_editor(database))
    before = {each.id: each for each in load_candidates(session, reading_id)}
    versions = {key: each.version for key, each in before.items()}

    _change_day(database, session, reading_id, date(2025, 2, 10))

    fall, reopen = (find_candidate(session, reading_id, words) for words in ("probably fall", "reopen"))
    assert (fall.deadline_on, fall.review_on) == (date(2025, 12, 31), date(2026, 1, 1))
    assert fall.deadline_source is DeadlineSource.STATED
    assert BODY[fall.deadline_start : fall.deadline_end] == "by the end of the year"
    assert "31 December 2025" in fall.confirmed_if + fall.refuted_if
    # June 2024 has passed by then: no deadline is stated any more, and the newsroom's horizon counts.
    assert (reopen.deadline_on, reopen.deadline_source) == (date(2026, 2, 9), DeadlineSource.EDITOR)
    assert (reopen.deadline_start, reopen.deadline_end) == (None, None)
    assert reopen.review_on == date(2026, 2, 10)
    assert "9 February 2026" in reopen.confirmed_if + reopen.refuted_if
    assert "30 June" not in reopen.confirmed_if + reopen.refuted_if  # its statement still has "in June 2024"
    assert all(each.version == versions[each.id] + 1 for each in load_candidates(session, reading_id))


def test_changed_day_moves_own_passages_and_those_put_off(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    start = BODY.index("traffic will")
    with database.writing() as writer:
        found = fill_own(Basis(BODY, "en", PUBLISHED_ON, 365), start, BODY.index(" It could"), Options())
        own_id = stored_readings.add_own(writer, writer.get_one(ArticleReading, reading_id), found, actor=editor.actor).id
        rain = find_candidate(session, reading_id, "rain")
        decisions.put_off(writer, rain.id, {}, actor=editor.actor, version=rain.version)

    _change_day(database, session, reading_id, date(2025, 2, 10))

    after = {each.id: each for each in load_candidates(session, reading_id)}
    assert after[own_id].deadline_on == date(2025, 12, 31)
    assert (after[rain.id].state, after[rain.id].deadline_on) == (CandidateState.LATER, date(2026, 2, 9))


def test_changed_day_counts_for_a_passage_whose_decision_is_undone(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    fall = find_candidate(session, reading_id, "probably fall")
    with database.writing() as writer:
        decisions.reject(writer, fall.id, actor=editor.actor, version=1)

    _change_day(database, session, reading_id, date(2025, 2, 10))
    with database.writing() as writer:
        undoing.undo(writer, fall.id, actor=editor.actor, version=2)

    after = find_candidate(session, reading_id, "probably fall")
    assert (after.state, after.deadline_on, after.review_on) == (CandidateState.WAITING, date(2025, 12, 31), date(2026, 1, 1))


def test_changed_day_leaves_claims_and_what_an_editor_changed(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    edited, kept, rejected = (find_candidate(session, reading_id, words) for words in ("probably fall", "reopen", "rain"))
    with database.writing() as writer:
        decisions.put_off(writer, edited.id, {"statement": "Traffic will fall"}, actor=editor.actor, version=1)
        claim = decisions.keep(writer, kept.id, {}, actor=editor.actor, version=1)
        decisions.reject(writer, rejected.id, actor=editor.actor, version=1)
        claim_id = claim.id
    days = {each.id: (each.deadline_on, each.review_on) for each in load_candidates(session, reading_id)}
    versions = {each.id: each.version for each in load_candidates(session, reading_id)}

    _change_day(database, session, reading_id, date(2025, 2, 10))

    after = load_candidates(session, reading_id)
    assert [each.id for each in after if (each.deadline_on, each.review_on) == days[each.id]] == [edited.id]
    assert {each.id for each in after if each.version == versions[each.id]} == {edited.id, kept.id, rejected.id}
    assert session.get_one(Claim, claim_id).deadline_on == date(2024, 6, 30)


def test_other_change_of_an_article_moves_no_deadline(database: Database, session: Session):
    reading_id = read_article(database, make_editor(database))
    with database.writing() as writer:  # the horizon of the newsroom does not reach back either
        settings.change(writer, DESK, review_after_days=30)
        article = writer.get_one(Article, writer.get_one(ArticleReading, reading_id).article_id)
        articles.edit(writer, DESK, article, version=article.version, title="Another title")

    assert {each.version for each in load_candidates(session, reading_id)} == {1}


def test_deadline_that_a_model_found_does_not_move(database: Database, session: Session):
    reading_id = read_article(database, make_editor(database))
    with database.writing() as writer:
        rain = writer.get_one(Candidate, find_candidate(session, reading_id, "rain").id)
        rain.deadline_on, rain.deadline_start, rain.deadline_end = date(2024, 3, 9), rain.quote_start, rain.quote_start + 2

    _change_day(database, session, reading_id, date(2025, 2, 10))

    assert find_candidate(session, reading_id, "rain").deadline_on == date(2024, 3, 9)


def test_form_from_before_the_day_changed_is_refused(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    fall = find_candidate(session, reading_id, "probably fall")
    number, version = fall.id, fall.version

    _change_day(database, session, reading_id, date(2025, 2, 10))

    with pytest.raises(decisions.Decided), database.writing() as writer:
        decisions.keep(writer, number, {}, actor=editor.actor, version=version)
    assert load_claims(session, reading_id) == []
    assert find_candidate(session, reading_id, "probably fall").state is CandidateState.WAITING
    with database.writing() as writer:
        claim_id = decisions.keep(writer, number, {}, actor=editor.actor, version=version + 1).id
    [claim] = load_claims(session, reading_id)
    assert (claim.id, claim.made_on, claim.deadline_on) == (claim_id, date(2025, 2, 10), date(2025, 12, 31))


def test_changed_day_moves_deadlines_of_an_older_text(database: Database, session: Session):
    editor = make_editor(database)
    reading_id = read_article(database, editor)
    article_id = session.get_one(ArticleReading, reading_id).article_id
    with database.writing() as writer:
        articles.add_text(writer, DESK, writer.get_one(Article, article_id), "A word before.\n\n" + BODY.replace("20%", "30%"))
    newer_id = read_again(database, editor, article_id)

    _change_day(database, session, reading_id, date(2025, 2, 10))

    older, newer = (find_candidate(session, number, "probably fall") for number in (reading_id, newer_id))
    assert (older.deadline_on, newer.deadline_on) == (date(2025, 12, 31), date(2025, 12, 31))
    assert BODY[older.deadline_start : older.deadline_end] == "by the end of the year"
    assert newer.deadline_start == older.deadline_start + len("A word before.\n\n")
    assert "20%" in older.statement
    assert "30%" in newer.statement


def test_changed_day_moves_the_same_deadlines_where_a_cue_is_off(database: Database, session: Session):
    editor = make_editor(database)
    with database.writing() as writer:
        switch_cue(writer, DESK, "en", "will", is_on=False)
    reading_id = read_article(database, editor)
    assert "will" not in {cue.name for cue in session.scalars(select(CandidateCue))}

    _change_day(database, session, reading_id, date(2025, 2, 10))

    moved = {each.statement: _read_days(each) for each in load_candidates(session, reading_id)}
    later_id = read_article(database, editor, published_on=date(2025, 2, 10))
    later = {each.statement: _read_days(each) for each in load_candidates(session, later_id)}
    both = moved.keys() & later.keys()
    assert date(2025, 12, 31) in {moved[statement][0] for statement in both}
    assert {statement: moved[statement] for statement in both} == {statement: later[statement] for statement in both}


def _read_days(candidate: Candidate) -> tuple[object, ...]:
    of_text = (candidate.deadline_on, candidate.deadline_source, candidate.deadline_start, candidate.deadline_end)
    return (*of_text, candidate.review_on, candidate.confirmed_if, candidate.refuted_if)


def _change_day(database: Database, session: Session, reading_id: int, day: date) -> None:
    with database.writing() as writer:
        article = writer.get_one(Article, session.get_one(ArticleReading, reading_id).article_id)
        articles.edit(writer, DESK, article, version=article.version, published_on=day)
