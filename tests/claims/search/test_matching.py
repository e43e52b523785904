"""Finding claims by words: the same hits on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from tests.factories import make_claim as a_claim
from tests.factories import make_editor as an_editor
from tests.factories import make_speaker as a_speaker
from tests.scores.test_queries import CHIEF
from tracker.claims.enums import Attribution, Status
from tracker.claims.models import Claim, Speaker
from tracker.claims.models.search import ClaimSearch
from tracker.claims.search import indexing, matching
from tracker.claims.search.matching import Search
from tracker.claims.services import editing, speakers
from tracker.ledger.erasing import erase, find_occurrences
from tracker.search.folding import fold, parse_query


def find(database, query, **more):
    with database.reading() as session:
        search = Search(parse_query(query), more.pop("status", None))
        return [row.id for row in search.page(session, size=more.pop("size", 50), **more).rows]


def test_a_claim_is_found_by_any_form_of_a_word_with_or_without_its_marks(database, make_claim):
    claim = make_claim(statement="Les deux États signeront des accords militaires à l’été.", language="fr")
    make_claim(statement="Something else entirely.")

    for query in ("accord", "ACCORDS", "militaire", "etats", "l'été", "e\u0301TATS", "ete accord", '"accords militaires"'):
        assert find(database, query) == [claim.id], query
    for query in ("accord manquant", '"militaires accords"', "accordéon"):
        assert find(database, query) == [], query


@pytest.mark.parametrize(
    ("statement", "found_by", "not_by"),
    [
        ("大桥五月中旬竣工。", ("桥", "五月", "大桥", '"五月中旬"', "五月 竣工"), ("月五", "五中", "六")),
        ("東京で2024年五月に会談する。", ("東京", "2024年", "五月", "会談"), ("京東", "2025年")),
        ("สะพานข้ามแม่น้ำจะเปิด", ("สะพาน", "แม่น้ำ", "พาน"), ("พานสะ",)),
        ("سيزور مُحَمَّد القَاهِرَة", ("محمد", "مُحمد", "القاهرة"), ("القاهر",)),
        ("Η Αθήνα θα υπογράψει", ("αθηνα", "ΑΘΗΝΑ", "Αθήνα", "υπογραψει"), ("αθην",)),
        ("La tran\u00adsition éner\u200bgétique", ("transition", "energetique", "tran\u00adsition"), ("tran", "sition")),
        ("Москва подпишёт договор", ("москва", "подпишет", "ДОГОВОР"), ("моск",)),
    ],
)
def test_claims_in_every_script_are_found(database, make_claim, statement, found_by, not_by):
    claim = make_claim(statement=statement)
    make_claim(statement="Something else entirely.")

    assert {query: find(database, query) for query in found_by} == {key: [claim.id] for key in found_by}
    assert {query: find(database, query) for query in not_by} == {key: [] for key in not_by}


def test_the_translation_the_quote_the_condition_and_the_speaker_are_found_too(database, make_claim, make_speaker, make_editor):
    speaker = make_speaker("Zoé Lefèvre")
    claim = make_claim(condition="If the ferry stops", speaker_id=speaker.id, attribution="stated")
    with database.writing() as session:
        mine = session.get_one(Claim, claim.id)
        editing.set_translation(session, mine, "fr", {"statement": "Le bac s’arrête."}, actor=an_editor(session).actor)

    for query in ("ferry", "bac arrête", "lefevre"):
        assert find(database, query) == [claim.id], query


def test_who_is_only_suggested_is_no_word_of_the_claim(database, make_claim, make_speaker):
    make_claim(speaker_id=make_speaker("Zoé Lefèvre").id, attribution="implied")

    assert find(database, "lefevre") == []


def test_a_phrase_does_not_reach_from_one_text_into_the_next(database, make_claim):
    make_claim(statement="They sign a treaty", condition="tomorrow comes")

    assert find(database, "treaty tomorrow")
    assert find(database, '"treaty tomorrow"') == []


def test_a_phrase_is_whole_words_in_their_order(database, make_claim):
    claim = make_claim(statement="The first rare earths treaties will be signed")

    assert find(database, '"rare earth" "treaty"') == [claim.id]
    for phrase in ('"earths rare"', '"are earths"', '"rare earths treat"', '"first earths"'):
        assert find(database, phrase) == []


def test_an_edit_is_found_by_its_new_words_and_no_longer_by_the_old(database, make_claim, make_editor):
    claim = make_claim(statement="A bridge is built.")
    editor = make_editor()
    with database.writing() as session:
        mine = session.get_one(Claim, claim.id)
        editing.edit(session, mine, {"statement": "A tunnel is dug."}, actor=editor.actor, version=mine.version)

    assert find(database, "tunnel") == [claim.id]
    assert find(database, "bridge") == []


def test_a_change_that_is_rolled_back_is_not_found(database, make_claim, make_editor):
    claim = make_claim(statement="A bridge is built.")
    editor = make_editor()

    def change_and_fail():
        with database.writing() as session:
            mine = session.get_one(Claim, claim.id)
            editing.edit(session, mine, {"statement": "A tunnel is dug."}, actor=editor.actor, version=mine.version)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert find(database, "bridge") == [claim.id]


def test_the_newest_come_first_page_by_page(database, make_claim):
    made = [make_claim(statement=f"Summit number {number}.").id for number in range(5)]

    assert find(database, "summit", size=2) == made[:2:-1]
    assert find(database, "summit", size=2, after=str(made[3])) == made[2:0:-1]


@pytest.mark.parametrize("query", ["summit number", '"summit number"', "summit"])
@pytest.mark.parametrize(("near", "frequent"), [(1, 0), (3, 50), (100, 50)])
def test_however_few_claims_are_gone_through_first_all_are_found_page_by_page(
    database, make_claim, monkeypatch, query, near, frequent
):
    monkeypatch.setattr(matching, "NEAR", near)
    monkeypatch.setattr(matching, "FREQUENT", frequent)
    made = [make_claim("due" if number % 3 else "open", statement=f"Summit number {number}.").id for number in range(9)]
    late = [id_ for number, id_ in enumerate(made) if number % 3][::-1]

    with database.reading() as session:
        search = Search(parse_query(query), Status.DUE)
        first = search.page(session, size=2)
        second = search.page(session, size=2, after=str(first.after))
        last = search.page(session, size=2, after=str(second.after))
        back = search.page(session, size=2, before=str(last.before))
        beyond = search.page(session, size=2, after=str(made[0]))

    assert [row.id for each in (first, second, last) for row in each.rows] == late
    assert (first.before, last.after) == (None, None)
    assert [row.id for row in back.rows] == late[2:4]
    assert beyond == first


@pytest.mark.parametrize("query", ["summit", "sommets", "l'été", '"summit number"', '"number summit"', "summit fell", "mit"])
def test_common_words_among_claims_of_a_rare_status_are_found_as_all_others_are(database, make_claim, monkeypatch, query):
    for number in range(4):
        make_claim("due" if number % 2 else "open", statement=f"Summit number {number}; the sommet d’été.")
    make_claim("due", statement="Somewhere else.")
    common = find(database, query, status=Status.DUE)

    monkeypatch.setattr(matching, "COMMON", 0)

    assert find(database, query, status=Status.DUE) == common
    assert find(database, query, status=Status.DRAFT) == []


def test_common_words_among_claims_of_a_rare_status_come_page_by_page(database, make_claim, monkeypatch):
    monkeypatch.setattr(matching, "COMMON", 2)
    made = [make_claim("due", statement=f"Summit number {number}.").id for number in range(5)]

    first = find(database, "summit", status=Status.DUE, size=2)
    assert first == made[:2:-1]
    assert find(database, "summit", status=Status.DUE, size=2, after=str(first[-1])) == made[2:0:-1]


@pytest.mark.parametrize(
    "typed", ["AND", '"', "l'", "NEAR(a", "a*", "(((", "-", "x:y", "^", "\\", "' OR 1=1--", "%", "é" * 500, "🙂 x"]
)
def test_nothing_that_is_typed_is_an_error(database, make_claim, typed):
    make_claim()

    if parse_query(typed):
        find(database, typed)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=40))
def test_stored_text_is_found_by_its_own_words(database, text):
    folded = fold(text)
    with database.reading() as session:
        claim_id = session.scalar(select(Claim.id).limit(1))
    claim_id = claim_id or a_claim(database).id
    with database.writing() as session:
        session.execute(delete(ClaimSearch))
        session.add(ClaimSearch(claim_id=claim_id, folded=folded))
    if folded:
        assert find(database, f'"{text.replace(chr(34), " ")}"') or not parse_query(text)


def test_an_older_database_is_filled_once(database, make_claim):
    made = [make_claim(statement=f"Bridge {number}").id for number in range(3)]
    with database.writing() as session:
        session.execute(delete(ClaimSearch))

    assert find(database, "bridge") == []
    assert indexing.fill(database) == 3
    assert find(database, "bridge") == made[::-1]
    assert indexing.fill(database) == 0


def test_every_claim_is_in_the_index(database, make_claim):
    for status in ("draft", "due", "resolved"):
        make_claim(status)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ClaimSearch)) == 3


def test_claims_of_merged_speakers_are_found_by_the_last_name_as_well(database):
    first, second, last = (a_speaker(database, name) for name in ("Ada Reck", "Bo Vane", "Cy 100%_Marl"))
    claims = [a_claim(database, speaker_id=each.id, attribution=Attribution.STATED).id for each in (first, second, last)]
    implied = a_claim(database, speaker_id=first.id, attribution=Attribution.IMPLIED).id
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, first.id), second.id, actor=CHIEF)
    with database.writing() as session:
        speakers.merge(session, session.get_one(Speaker, second.id), last.id, actor=CHIEF)

    assert find(database, "marl") == claims[::-1]
    assert find(database, '"ada reck"') == claims[:1]
    assert implied not in find(database, "vane")
    with database.writing() as session:
        speakers.unmerge(session, session.get_one(Speaker, second.id), actor=CHIEF)
    assert find(database, "marl") == claims[2:]
    assert find(database, "vane") == claims[1::-1]


def read_folded(database):
    with database.reading() as session:
        return {row.claim_id: row.folded for row in session.scalars(select(ClaimSearch))}


def test_erased_name_of_an_entry_between_two_merges_is_no_longer_found(database):
    first, second, last = (a_speaker(database, name) for name in ("Ada Reck", "Bo Vane", "Cy Marl"))
    claims = [a_claim(database, speaker_id=each.id, attribution=Attribution.STATED).id for each in (first, second, last)]
    for merged, into in ((first, second), (second, last)):
        with database.writing() as session:
            speakers.merge(session, session.get_one(Speaker, merged.id), into.id, actor=CHIEF)
    assert find(database, "vane") == claims[1::-1]
    with database.writing() as session:
        erase(session, "Bo Vane", find_occurrences(session, "Bo Vane"), "A private person", CHIEF)

    assert find(database, "vane") == []
    assert find(database, "reck") == claims[:1]
    assert find(database, "marl") == claims[::-1]
    kept = read_folded(database)
    with database.writing() as session:
        indexing.refresh(session, claims)
    assert read_folded(database) == kept
