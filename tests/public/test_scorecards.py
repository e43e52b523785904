"""Scorecards for readers: off until the newsroom shows them, from published verdicts alone, of a person only once chosen."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, event, select, text, update

from tests.factories import DESK, make_article, make_claim, make_editor, make_speaker, make_topic, on
from tests.public.sample import Sample, make_public, publish
from tests.scores.support import DAY, make_worked_example
from tests.support.web import Client
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, Certainty, Outcome, RelationKind, SpeakerKind, VerdictKind
from tracker.claims.models import Claim
from tracker.claims.services import evidence, holds, moves
from tracker.db import Database
from tracker.errors import NotFound
from tracker.newsroom import settings
from tracker.public import scorecards as reads
from tracker.public.models import PublicClaim
from tracker.public.score_models import CardKind, PublicScore, PublicScoreArticle, PublicScoreCell
from tracker.publishing import rebuilding, scorecards, services
from tracker.scores import jobs, queries
from tracker.scores.cards import Card, Selection

PAGES = ("/public/en/scorecards", "/public/en/scorecards.json", "/public/scorecards.csv", "/public/en/scorecards/own-voice")


def show(database: Database, *, shown: bool = True) -> None:
    with database.writing() as session:
        settings.change(session, DESK, public_scorecards=shown)


def count(database: Database) -> None:
    scorecards.count(database, lambda: False)


def card(database: Database, kind: CardKind = CardKind.NEWSROOM, number: int = 0) -> Card:
    with database.reading() as session:
        return reads.load_card(session, kind, number).card


def kinds(database: Database) -> set[tuple[str, int]]:
    with database.reading() as session:
        return {(row.kind, row.number) for row in session.execute(select(PublicScore.kind, PublicScore.number))}


def test_scorecards_are_off_until_the_newsroom_shows_them(database: Database, client: Client, sample: Sample):
    count(database)
    assert kinds(database) == set()
    for address in PAGES:
        assert client.get(address).status_code == 404, address
    assert "scorecards" not in client.get("/public/en/").text
    assert "scorecards" not in client.get("/public/sitemap-0.xml").text


def test_page_before_the_first_count_is_an_empty_one(database: Database, client: Client):
    show(database)
    shown = client.get("/public/en/scorecards")
    assert shown.status_code == 200
    assert "No prediction has been published yet." in shown.text
    assert client.get("/public/en/scorecards.json").status_code == 404


def test_scorecards_are_removed_when_they_are_switched_off(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    assert kinds(database) != set()
    show(database, shown=False)
    assert client.get("/public/en/scorecards").status_code == 404
    count(database)
    assert kinds(database) == set()
    with database.reading() as session:
        assert session.scalars(select(PublicScoreCell.kind)).first() is None


def test_worked_example_is_what_readers_see(database: Database, client: Client):
    make_worked_example(database)
    with database.reading() as session:
        articles = session.scalars(select(Article.id)).all()
    for number in articles:
        publish(database, number)
    show(database)
    count(database)
    rate = card(database).in_full
    assert rate is not None
    assert (rate.low, rate.high) == (pytest.approx(0.2253, abs=1e-4), pytest.approx(0.7747, abs=1e-4))
    page = client.get("/public/en/scorecards").text
    assert "50%" in page
    assert "small sample" in page
    assert "%%" not in page
    [row, _voice] = csv.DictReader(io.StringIO(client.get("/public/scorecards.csv").text))
    assert (row["kind"], row["in_full_low"], row["at_least_partly_high"]) == ("newsroom", "0.225338", "0.793464")
    body = json.loads(client.get("/public/en/scorecards.json").text)
    assert body["in_full"]["low"] == pytest.approx(0.225338, abs=1e-6)
    assert body["counts"]["overdue"] == 3


def test_everything_published_gives_the_numbers_of_the_newsroom(database: Database):
    make_worked_example(database)
    with database.reading() as session:
        articles = session.scalars(select(Article.id)).all()
    for number in articles:
        publish(database, number)
    show(database)
    count(database)
    jobs.count_ripe(database, lambda: False)
    with database.reading() as session:
        own = queries.load_card(session, Selection())
    assert own == card(database)


def test_card_is_of_no_person_who_was_not_chosen(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    assert (CardKind.ORGANISATION.value, sample.organisation) in kinds(database)
    assert sample.person not in {number for kind, number in kinds(database) if kind == CardKind.ORGANISATION.value}
    assert CardKind.PERSON.value not in {kind for kind, _ in kinds(database)}
    for group in ("organisations", "people"):
        assert client.get(f"/public/en/scorecards/{group}/{sample.person}").status_code == 404
    for address in (*PAGES[:3], f"/public/en/scorecards/topics/{sample.topic}-{sample.topic_key}"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Ann Other" not in answer.text
    # Her predictions count in the newsroom's numbers all the same; the other one is under review.
    assert card(database).counts.confirmed == 2


def test_held_verdict_changes_no_number(database: Database, sample: Sample):
    show(database)
    count(database)
    before = card(database).counts
    assert before.under_review == 1
    with database.writing() as session:
        claim = session.get_one(Claim, sample.claims["held"])
        holds.release(session, claim, claim.signed_verdict_id or 0, actor=make_editor(session, roles=("chief",)).actor)
    count(database)
    after = card(database).counts
    assert after.judged == before.judged + 1
    assert after.overdue == before.overdue - 1


def test_proposal_and_draft_change_no_number(database: Database):
    article = make_article(database)
    make_claim(database, "draft", article=article)
    make_claim(database, "proposed", article=article)
    publish(database, article.id)
    show(database)
    count(database)
    counts = card(database).counts
    assert (counts.tracked, counts.judged, counts.overdue) == (1, 0, 1)


def test_implied_speaker_is_counted_nowhere(database: Database, client: Client):
    house = make_speaker(database, "Zenobia House", kind=SpeakerKind.ORGANISATION)
    make_public(database, "resolved", speaker_id=house.id, attribution=Attribution.IMPLIED, statement="It will rain.")
    make_public(database, "resolved")
    show(database)
    count(database)
    assert card(database).counts.tracked == 1
    assert {kind for kind, _ in kinds(database)} == {"newsroom", "own-voice"}
    for address in PAGES:
        assert "Zenobia" not in client.get(address).text


def test_duplicate_is_not_counted(database: Database):
    one, other = make_public(database), make_public(database)
    with database.writing() as session:
        evidence.relate(session, session.get_one(Claim, other.id), one.id, RelationKind.DUPLICATE_OF, actor=DESK)
    show(database)
    count(database)
    assert card(database).counts.tracked == 1


def test_claim_related_after_the_count_is_not_counted(database: Database, client: Client):
    one, other = make_public(database), make_public(database)
    show(database)
    count(database)
    before = client.get("/public/en/scorecards")
    assert card(database).counts.tracked == 2
    with database.writing() as session:
        own = session.get_one(Claim, other.id)
        relation_id = evidence.relate(session, own, one.id, RelationKind.DUPLICATE_OF, actor=DESK).id
    count(database)
    assert card(database).counts.tracked == 1
    again = client.get("/public/en/scorecards", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 200
    with database.writing() as session:
        # Removed from the page of the other one.
        evidence.unrelate(session, session.get_one(Claim, one.id), relation_id, actor=DESK)
    count(database)
    assert card(database).counts.tracked == 2
    assert scorecards.count(database, lambda: False) == {"articles": 0}


def test_relation_of_claims_counts_nothing_where_no_scorecards_are_shown(database: Database):
    one, other = make_public(database), make_public(database)
    with database.writing() as session:
        evidence.relate(session, session.get_one(Claim, other.id), one.id, RelationKind.DUPLICATE_OF, actor=DESK)
    with database.reading() as session:
        assert session.scalars(select(PublicScoreArticle.article_id)).all() == []


def test_duplicate_of_a_private_claim_counts_until_that_is_public(database: Database):
    private, public = make_claim(database, "resolved"), make_public(database)
    with database.writing() as session:
        evidence.relate(session, session.get_one(Claim, public.id), private.id, RelationKind.DUPLICATE_OF, actor=DESK)
    show(database)
    count(database)
    assert card(database).counts.tracked == 1
    publish(database, private.article_id)
    count(database)
    assert card(database).counts.tracked == 1  # the other one, now
    with database.writing() as session:
        chief = make_editor(session, roles=("chief",))
        services.take_offline(session, private.article_id, actor=chief.actor, reason="Wrong.", line="Taken offline.")
    count(database)
    assert card(database).counts.tracked == 1
    with database.reading() as session:
        articles = session.scalars(select(PublicScoreCell.article_id).distinct()).all()
    assert articles == [public.article_id]


def test_article_taken_offline_leaves_the_counts(database: Database, client: Client):
    claim, _other = make_public(database), make_public(database)
    show(database)
    count(database)
    assert card(database).counts.tracked == 2
    with database.writing() as session:
        chief = make_editor(session, roles=("chief",))
        services.take_offline(session, claim.article_id, actor=chief.actor, reason="Wrong.", line="Taken offline.")
    count(database)
    assert card(database).counts.tracked == 1


def test_reopened_verdict_counts_until_a_new_one_is_signed(database: Database):
    claim = make_public(database)
    show(database)
    count(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        actor = make_editor(session).actor
        moves.reopen(session, own, VerdictKind.CORRECTION, "We erred.", actor=actor, version=own.version)
    count(database)
    counts = card(database).counts
    assert (counts.confirmed, counts.under_review) == (1, 1)


def test_counting_again_gives_the_same_cards(database: Database, sample: Sample):
    show(database)
    count(database)

    def rows() -> list[tuple[object, ...]]:
        with database.reading() as session:
            cards = session.execute(select(PublicScore.kind, PublicScore.number, PublicScore.body, PublicScore.is_stale))
            return sorted(tuple(row) for row in cards)

    before = rows()
    make_public(database, topics=[make_topic(database, "Labour", "Emploi")])
    count(database)
    changed = rows()
    assert len(changed) == len(before) + 2  # the topic and the own voice
    with database.writing() as session:
        scorecards._remove_all(session)
    count(database)
    assert rows() == changed


def test_count_that_was_interrupted_is_finished_by_the_next(database: Database, sample: Sample):
    show(database)
    stops = iter([False, True])
    scorecards.count(database, lambda: next(stops))
    with database.reading() as session, pytest.raises(NotFound):
        reads.load_card(session, CardKind.NEWSROOM)
    count(database)
    assert card(database).counts.confirmed == 2


def test_first_count_that_was_interrupted_is_removed_when_switched_off(database: Database, sample: Sample):
    show(database)
    stops = iter([False, True])
    scorecards.count(database, lambda: next(stops))
    show(database, shown=False)
    count(database)
    with database.reading() as session:
        assert session.scalars(select(PublicScoreCell.kind)).first() is None
        assert session.scalars(select(PublicScoreArticle.article_id)).first() is None


def test_cards_are_built_before_anything_is_locked(database: Database, sample: Sample, monkeypatch: pytest.MonkeyPatch):
    show(database)
    can_write = []
    build_card = scorecards.build_card

    def watched(*given: Any) -> Card:
        with database.writing(lock_timeout=1) as session:  # on SQLite this would wait for the writer in vain
            settings.change(session, DESK, name=f"Newsroom {len(can_write)}")
        can_write.append(True)
        return build_card(*given)

    monkeypatch.setattr(scorecards, "build_card", watched)
    count(database)
    assert len(can_write) == len(kinds(database)) > 0
    assert card(database).counts.confirmed == 2


def test_card_is_read_after_the_version_in_its_etag(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    topic = f"topics/{sample.topic}-{sample.topic_key}"
    for rest in ("", ".json", "/own-voice", "/own-voice.json", f"/{topic}", f"/{topic}.json"):
        asked: list[str] = []
        listen = lambda _connection, _cursor, statement, *_more, seen=asked: seen.append(statement)  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        client.get(f"/public/en/scorecards{rest}")
        event.remove(database.engine, "before_cursor_execute", listen)
        tables = [name for each in asked for name in re.findall(r"FROM (public_head|public_score) ", each.replace("\n", " "))]
        assert tables[:2] == ["public_head", "public_score"], rest


@pytest.mark.parametrize("kind", [CardKind.TOPIC, CardKind.ORGANISATION])
def test_newest_claim_of_a_card_is_one_look_into_an_index(database: Database, sample: Sample, kind: CardKind):
    show(database)
    count(database)
    with database.reading() as session:
        if not database.is_sqlite:  # the tables are small
            session.execute(text("SET LOCAL enable_seqscan = off"))
        query = reads.newest_claims(kind).where(PublicScore.number == 1)
        compiled = query.compile(database.engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        plan = " ".join(str(row) for row in session.execute(text(explain + str(compiled))))
    name = "public_topic" if kind is CardKind.TOPIC else "public_claim"
    assert "GROUP" not in plan.upper()
    assert f"SCAN {name}" not in plan
    assert (f"SEARCH {name} USING COVERING INDEX" if database.is_sqlite else "Index Only Scan Backward") in plan


def test_card_whose_newest_claim_got_other_topics_since_is_not_found(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    address = f"/public/en/scorecards/topics/{sample.topic}-{sample.topic_key}"
    assert client.get(address).status_code == 200
    with database.writing() as session:  # as one of two statements sees it while a claim changes
        for claim in session.scalars(select(PublicClaim)):
            claim.body = json.dumps({**json.loads(claim.body), "topics": []})
    assert client.get(address).status_code == 404
    assert client.get("/public/scorecards.csv").status_code == 200


def test_page_while_the_first_count_runs_does_not_deny_predictions(database: Database, client: Client, sample: Sample):
    show(database)
    for language, words in (("en", "The predictions have not been counted yet."), ("fr", "n’ont pas encore été comptées.")):
        page = client.get(f"/public/{language}/scorecards").text
        assert words in page
        assert "No prediction has been published yet." not in page
        assert "Aucune prévision" not in page
    count(database)
    assert "have not been counted" not in client.get("/public/en/scorecards").text


def test_page_after_a_count_of_nothing_has_an_etag_of_its_own(database: Database, client: Client):
    house = make_speaker(database, "Zenobia House", kind=SpeakerKind.ORGANISATION)
    make_public(database, "resolved", speaker_id=house.id, attribution=Attribution.IMPLIED, statement="It will rain.")
    show(database)
    first = client.get("/public/en/scorecards")
    count(database)
    again = client.get("/public/en/scorecards", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "have not been counted" not in again.text


def differences(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.subject for each in rebuilding.verify(session)]


def test_scorecard_that_drifted_is_found_and_counted_again(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    assert differences(database) == []
    before = card(database)
    with database.writing() as session:
        drifted = session.get_one(PublicScore, (CardKind.NEWSROOM.value, 0))
        right = drifted.body
        drifted.body = right.replace('"confirmed":2', '"confirmed":3')
        assert drifted.body != right
        session.execute(delete(PublicScore).where(PublicScore.kind == CardKind.TOPIC.value))
        session.execute(update(PublicScoreCell).where(PublicScoreCell.kind == CardKind.ORGANISATION.value).values(tracked=9))
    found = differences(database)
    assert f"scorecard:article:{sample.article}" in found
    assert {"scorecard:newsroom:0", f"scorecard:topic:{sample.topic}"} <= set(found)
    rebuilding.rebuild(database)
    assert client.get("/public/en/scorecards").status_code == 200
    count(database)
    assert differences(database) == []
    assert card(database) == before


def test_article_that_is_not_counted_yet_is_no_difference(database: Database, sample: Sample):
    show(database)
    count(database)
    one, other = make_public(database), make_public(database)
    assert differences(database) == []
    count(database)
    with database.writing() as session:
        evidence.relate(session, session.get_one(Claim, other.id), one.id, RelationKind.DUPLICATE_OF, actor=DESK)
    assert differences(database) == []


def test_nothing_is_written_where_nothing_changed(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    first = client.get("/public/en/scorecards")
    assert scorecards.count(database, lambda: False) == {"articles": 0}
    again = client.get("/public/en/scorecards", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    make_public(database)
    count(database)
    assert client.get("/public/en/scorecards", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_pages_have_no_script_and_no_cookie(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    for address in PAGES[:3]:
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert answer.headers["ETag"]


def test_page_speaks_french(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    shown = client.get("/public/fr/scorecards").text
    assert "Réalisées entièrement" in shown
    assert "Came true" not in shown
    topic = client.get(f"/public/fr/scorecards/topics/{sample.topic}").headers["Location"]
    assert topic.endswith(f"/public/fr/scorecards/topics/{sample.topic}-{sample.topic_key}")
    assert "Commerce" in client.get(topic).text


def test_site_map_names_every_card(database: Database, client: Client, sample: Sample):
    show(database)
    count(database)
    listed = re.findall(r"<loc>[^<]*(/public/[^<]*)</loc>", client.get("/public/sitemap-0.xml").text)
    for rest in ("", f"/topics/{sample.topic}-{sample.topic_key}", f"/organisations/{sample.organisation}"):
        for language in ("en", "fr"):
            address = f"/public/{language}/scorecards{rest}"
            assert address in listed
            assert client.get(address).status_code == 200


def test_cards_beyond_the_list_are_in_the_file(database: Database, client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reads, "LISTED", 1)
    topics = [make_topic(database, name, name) for name in ("Trade", "Labour")]
    for topic in topics:
        make_public(database, topics=[topic])
    show(database)
    count(database)
    page = client.get("/public/en/scorecards").text
    assert "Those with the most predictions are shown" in page
    assert sum(name in page for name in ("Trade", "Labour")) == 1
    names = {row["name_en"] for row in csv.DictReader(io.StringIO(client.get("/public/scorecards.csv").text))}
    assert {"Trade", "Labour"} <= names


def test_claim_ripens_as_days_pass(database: Database):
    make_public(database, "open", deadline_on=DAY + timedelta(days=3), review_on=DAY + timedelta(days=3))
    show(database)
    for day, ripe in ((DAY, 0), (DAY + timedelta(days=3), 1)):
        with time_machine.travel(on(day), tick=False):
            count(database)
        assert (card(database).counts.ripe, card(database).as_of) == (ripe, day)


def test_day_of_a_card_is_that_of_its_last_change(database: Database):
    make_public(database, "resolved", outcome=Outcome.REFUTED, certainty=Certainty.POSSIBLE_ONLY)
    show(database)
    for day in (DAY, DAY + timedelta(days=1)):
        with time_machine.travel(on(day), tick=False):
            count(database)
    found = card(database)
    assert found.as_of == DAY
    assert [(row.certainty, row.counts.refuted) for row in found.events] == [(Certainty.POSSIBLE_ONLY, 1)]
    assert found.in_full is None
