"""Claims from rows: what is stored, what the history says of it, and what is known again."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import DESK, events_of, make_article, make_editor, make_speaker, make_topic
from tests.imports import support as shared
from tests.imports.support import Importing, count
from tests.ledger.support import checked
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, Certainty, DeadlineSource, QuoteKind, SpeakerKind
from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, Note, Speaker, Topic
from tracker.claims.services import editing, evidence, moves
from tracker.db import Database
from tracker.errors import Conflict, Forbidden
from tracker.imports import limits, runner
from tracker.imports.models import ImportJob, State
from tracker.imports.stats import ImportStats
from tracker.imports.storing import stored_claims
from tracker.ledger import Actor
from tracker.ledger.models import Event, EventTexts

importing = shared.importing

ARTICLE = {"article_title": "Forecasts", "article_published_on": "2024-01-15", "language": "en"}
HEAD = "id,claim,said on,due,deadline\n"


def rows(count: int, first: int = 1) -> str:
    return HEAD + "".join(f"k{n},Claim number {n},2024-02-01,2024-07-02,2024-07-01\n" for n in range(first, first + count))


def claims_in(database: Database) -> list[Claim]:
    with database.reading() as session:
        return list(session.scalars(select(Claim).order_by(Claim.id)))


def said_of(database: Database, subject: str) -> Iterator[tuple[str, Any]]:
    """The events of a subject with their words in place of their hashes, and without what differs from one claim to the next."""
    for event in events_of(database, subject):
        with database.reading() as session:
            beside = session.get(EventTexts, event.seq)
        data = json.loads(event.canonical)["data"]
        for path, text in (json.loads(beside.texts) if beside else {}).items():
            *way, last = path.split(".")
            place = data
            for step in way:
                place = place[step]
            place[last] = text["text"]
        data.pop("note", None)
        yield event.kind, data


# --- what is stored ---


def test_rows_become_open_claims_of_their_article(database: Database, importing: Importing):
    tally = importing(rows(3), defaults=ARTICLE).run()
    assert (tally.created, tally.articles, tally.bad) == (3, 1, 0)
    found = claims_in(database)
    assert [claim.statement for claim in found] == ["Claim number 1", "Claim number 2", "Claim number 3"]
    assert {(c.status, c.version, c.due_cycle, c.language, c.made_on, c.deadline_source) for c in found} == {
        ("open", 2, 1, "en", date(2024, 2, 1), "editor")
    }
    assert [claim.external_id for claim in found] == ["claims:k1", "claims:k2", "claims:k3"]


def test_what_an_import_leaves_in_the_history_is_what_the_services_leave(database: Database, importing: Importing):
    values = {
        "statement": "Il pleuvra.", "language": "fr", "quote": "il va pleuvoir", "quote_kind": QuoteKind.VERBATIM,
        "hedge": "sans doute", "certainty": Certainty.HEDGED, "likelihood_low": 55, "likelihood_high": 80,
        "condition": "si le vent tourne", "confirmed_if": "Il pleut.", "made_on": date(2024, 2, 1),
        "deadline_on": date(2024, 7, 1), "deadline_source": DeadlineSource.STATED, "review_on": date(2024, 7, 2),
    }  # fmt: skip
    with database.writing() as session:
        article = make_article(session, "Le temps")
        speaker = make_speaker(session, "Ann")
        topics = [make_topic(session, "Weather").id, make_topic(session, "Sea").id]
        claim = editing.create(
            session, article, actor=DESK, speaker_id=speaker.id, attribution=Attribution.STATED, topic_ids=tuple(topics), **values
        )
        texts = {"statement": "It will rain.", "condition": "if the wind turns"}
        editing.set_translation(session, claim, "en", texts, actor=DESK)
        moves.track(session, claim, actor=DESK, version=claim.version)
        evidence.add_note(session, claim, "Imported from claims.csv, line 2.\nremark: Look twice.", actor=DESK)
        made = claim.id
    row = {name: str(value) for name, value in values.items()}
    row |= {"speaker": "Ann", "topics": "Weather; sea", "remark": "Look twice.", "status": "open"}
    row |= {
        "translation_language": "en",
        "translation_statement": texts["statement"],
        "translation_condition": texts["condition"],
    }
    row |= {"article_title": "Le temps", "article_published_on": "2024-01-15"}
    tally = importing(json.dumps(row), "claims.jsonl").run()
    assert (tally.created, tally.articles, tally.speakers, tally.topics) == (1, 0, 0, 0)
    imported = claims_in(database)[-1].id

    ours, theirs = list(said_of(database, f"claim:{made}")), list(said_of(database, f"claim:{imported}"))
    ours[-1][1]["body"] = theirs[-1][1]["body"] = ""
    assert theirs == ours
    assert [kind for kind, _ in theirs] == ["claim.created", "translation.set", "claim.track", "note.add"]


def test_rows_and_history_verify_after_an_import(database: Database, importing: Importing):
    head = "claim,speaker,topics,title,published,verdict,translation_language,translation_statement\n"
    lines = "".join(
        f"Claim {n},Speaker {n % 3},t{n % 2}; u,Article {n % 2},2024-01-15,confirmed,fr,Prévision {n}\n" for n in range(20)
    )
    tally = importing(head + lines, defaults={"language": "en"}).run()
    assert (tally.created, tally.speakers, tally.topics, tally.articles, tally.notes) == (20, 3, 3, 2, 20)
    report = checked(database, rows=True)
    assert report.findings == []
    assert count(database, ClaimTopic) == 40
    assert count(database, ClaimTranslation) == 20


def test_import_event_holds_file_hash_and_actor(database: Database, importing: Importing):
    editor = make_editor(database)
    bringing = importing(rows(2), defaults=ARTICLE, actor=editor.actor)
    bringing.run()
    with database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "import.run"))
        job = session.scalars(select(ImportJob)).one()
    data = json.loads(event.canonical)["data"]
    assert event.actor == f"editor:{editor.id}"
    assert event.subject == f"import:{job.id}"
    assert data["sha256"] == bringing.source.sha256
    assert (data["rows"], data["created"], data["bad"]) == (2, 2, 0)
    assert set(data["file"]) == {"sha256"}
    assert job.state == State.DONE


def test_a_viewer_cannot_import(importing: Importing):
    bringing = importing(rows(1), defaults=ARTICLE, actor=Actor(1, frozenset({"viewer"})))
    for go in (bringing.check, bringing.run):
        with pytest.raises(Forbidden):
            go()


# --- an import never signs ---


@pytest.mark.parametrize(
    ("said", "becomes"),
    [("draft", "draft"), ("open", "open"), ("due", "open"), ("proposed", "open"), ("resolved", "open"), ("withdrawn", "draft")],
)
def test_imported_row_becomes_draft_or_open(database: Database, importing: Importing, said: str, becomes: str):
    importing(f"claim,status\nIt will rain,{said}\n", defaults=ARTICLE).run()
    (claim,) = claims_in(database)
    assert claim.status == becomes
    assert (claim.signed_verdict_id, claim.proposal_id, claim.withdraw_reason) == (None, None, None)
    kinds = [event.kind for event in events_of(database, claim)]
    told = ["note.add"] if said in ("proposed", "resolved", "withdrawn") else []
    assert kinds == ["claim.created", *(["claim.track"] if becomes == "open" else []), *told]


def test_a_verdict_arrives_as_a_private_note(database: Database, importing: Importing):
    importing("claim,status,verdict,rationale\nIt will rain,Resolved,confirmed,It rained.\n", defaults=ARTICLE).run()
    with database.reading() as session:
        (note,) = session.scalars(select(Note))
    assert note.body.splitlines() == [
        "Imported from claims.csv, line 2. A verdict in it was not signed here.",
        "Status in the file: Resolved",
        "verdict: confirmed",
        "rationale: It rained.",
    ]


def test_only_our_own_export_knows_since_when_criteria_have_stood(database: Database, importing: Importing, clock_at):
    clock_at(date(2024, 6, 1))
    importing(
        "claim,due,confirmed if,criteria_set_on\nEarly,2024-07-02,x,2024-01-01\nLate,2024-05-01,x,2024-01-01\n", defaults=ARTICLE
    ).run()
    assert [(c.criteria_set_on, c.criteria_retrospective) for c in claims_in(database)] == [
        (date(2024, 6, 1), False),
        (date(2024, 6, 1), True),
    ]


# --- review days ---


@pytest.mark.parametrize(
    ("changes", "day"),
    [
        ({}, date(2024, 7, 2)),  # the day after the deadline
        ({"review": "days", "review_days": 10}, date(2024, 2, 11)),
    ],
)
def test_a_review_day_follows_from_a_rule_where_the_row_has_none(
    database: Database, importing: Importing, changes: dict[str, Any], day: date
):
    importing("claim,said on,deadline\na,2024-02-01,2024-07-01\n", defaults=ARTICLE, **changes).run()
    assert claims_in(database)[0].review_on == day


def test_without_a_rule_an_open_claim_needs_a_review_day_and_a_draft_does_not(database: Database, importing: Importing):
    bringing = importing("claim,status\na,open\nb,draft\n", defaults=ARTICLE, review="none")
    assert bringing.run().created == 1
    assert [problem.message.text for problem in bringing.bad[0].problems] == ["Give a review date."]
    assert claims_in(database)[0].review_on is None


def test_the_rules_for_claims_hold_for_rows(importing: Importing):
    bringing = importing(
        "claim,said on,deadline,due,probability,certainty,attribution\n"
        "a,2024-02-01,2024-01-01,,,,\n"
        "b,2024-02-01,,2024-01-01,,,\n"
        "c,2024-02-01,,,30 %,possible_only,\n"
        "d,2024-02-01,,,,,implied\n",
        defaults=ARTICLE,
    )
    tally = bringing.check()
    assert (tally.created, tally.bad) == (0, 4)
    assert [incoming.problems[0].column for incoming in bringing.bad] == ["deadline", "due", "probability", ""]


# --- what is here already ---


def test_the_same_file_twice_brings_nothing_new(database: Database, importing: Importing):
    importing(rows(5), defaults=ARTICLE).run()
    events = count(database, Event)
    tally = importing(rows(5), defaults=ARTICLE).run()
    assert (tally.created, tally.unchanged, tally.articles) == (0, 5, 0)
    assert count(database, Claim) == 5
    assert count(database, Event) == events + 1  # that it was run


def test_rows_without_a_number_are_known_by_their_words(database: Database, importing: Importing):
    content = "claim,speaker\nIt will rain,Ann\nIt will snow,Ann\nIt will rain,Ann\n"
    first = importing(content, defaults=ARTICLE).run()
    again = importing(content, defaults=ARTICLE).run()
    assert (first.created, first.repeated) == (2, 1)
    assert (again.created, again.unchanged, again.repeated) == (0, 2, 1)


def test_changed_row_is_reported_and_overwrites_nothing(database: Database, importing: Importing):
    importing("id,claim,deadline\nk1,It will rain,2024-07-01\n", defaults=ARTICLE).run()
    tally = importing("id,claim,deadline\nk1,It will snow,2024-08-01\nk2,New,2024-07-01\n", defaults=ARTICLE).run()
    assert (tally.created, tally.changed) == (1, 1)
    (differing,) = tally.differing
    assert (differing.line, differing.claim, differing.fields) == (2, claims_in(database)[0].id, ["statement", "deadline_on"])
    assert [claim.statement for claim in claims_in(database)] == ["It will rain", "New"]


def test_what_the_desk_changed_since_is_no_difference(database: Database, importing: Importing):
    importing(rows(1), defaults=ARTICLE).run()
    (claim,) = claims_in(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        moves.postpone(session, own, date(2030, 1, 1), "Later.", actor=DESK, version=own.version)
    tally = importing(rows(1), defaults=ARTICLE).run()
    assert (tally.unchanged, tally.changed) == (1, 0)


def test_differing_rows_of_one_id_are_reported(importing: Importing):
    tally = importing("id,claim\nk1,It will rain\nk1,It will snow\nk1,It will rain\n", defaults=ARTICLE).check()
    assert (tally.created, tally.changed, tally.repeated) == (1, 1, 1)
    assert (tally.differing[0].line, tally.differing[0].other_line) == (3, 2)


def test_a_bad_row_does_not_hide_a_good_one_of_the_same_number(database: Database, importing: Importing):
    tally = importing("id,claim,due\nk1,It will rain,soon\nk1,It will rain,2024-07-01\n", defaults=ARTICLE).run()
    assert (tally.created, tally.bad) == (1, 1)


# --- articles, speakers, topics, owners ---


def test_articles_are_known_by_number_address_or_headline_and_day(database: Database, importing: Importing):
    by_number = make_article(database, "One", external_id="a1")
    by_address = make_article(database, "Two", url="https://example.org/two")
    by_headline = make_article(database, "Three")
    tally = importing(
        "claim,article_external_id,url,title,published\n"
        "a,a1,,ONE,2024-02-02\n"
        "b,,https://example.org/two,Other words,2024-02-02\n"
        "c,,,  THREE ,2024-01-15\n"
        "d,,,Three,2024-01-16\n"
        "e,,,Three,2024-01-16\n",
        defaults={"language": "fr"},
    ).run()
    found = claims_in(database)
    assert [claim.article_id for claim in found[:3]] == [by_number.id, by_address.id, by_headline.id]
    assert found[3].article_id == found[4].article_id not in (by_number.id, by_address.id, by_headline.id)
    assert tally.articles == 1
    assert {claim.language for claim in found} == {"fr"}


def test_two_outlets_articles_of_one_headline_and_day_are_two(database: Database, importing: Importing):
    make_article(database, "War?", outlet="The Daily")
    tally = importing(
        "claim,title,published,outlet\na,War?,2024-01-15,The Daily\nb,War?,2024-01-15,The Weekly\nc,War?,2024-01-15,\n",
        defaults={"language": "en"},
    ).run()
    assert tally.articles == 1
    one, other, unsaid = (claim.article_id for claim in claims_in(database))
    assert unsaid == one != other


def test_an_article_that_is_not_known_needs_its_headline_and_day(importing: Importing):
    bringing = importing("claim,url,title,published\na,https://example.org/x,,\nb,,Title,\n", defaults={"language": "en"})
    assert bringing.check().bad == 2
    assert [row.problems[0].column for row in bringing.bad] == ["title", "published"]


def test_what_a_bad_row_speaks_of_is_not_made(database: Database, importing: Importing):
    tally = importing(
        "claim,title,published,speaker,topics,said on,due\na,Only here,2024-01-15,Nobody,None such,2024-02-01,2024-01-01\n",
        defaults={"language": "en"},
    ).run()
    assert (tally.bad, tally.articles, tally.speakers, tally.topics) == (1, 0, 0, 0)
    assert [count(database, model) for model in (Article, Speaker, Topic)] == [0, 0, 0]


def test_one_article_can_be_chosen_for_all(database: Database, importing: Importing):
    article = make_article(database, language="fr", published_on=date(2024, 2, 2))
    importing("claim,title\na,Ignored\n", article=article.id).run()
    (claim,) = claims_in(database)
    assert (claim.article_id, claim.language, claim.made_on) == (article.id, "fr", date(2024, 2, 2))


def test_the_sample_is_nobodys_article(database: Database, importing: Importing):
    make_article(database, "Sample", is_sample=True)
    assert importing("claim,title,published\na,Sample,2024-01-15\n", defaults={"language": "en"}).run().articles == 1
    assert claims_in(database)[0].is_sample is False


def test_imported_speaker_is_found_by_name_alias_or_merge(database: Database, importing: Importing):
    ann = make_speaker(database, "Ann Lee", aliases=("A. Lee",))
    old = make_speaker(database, "Anne Lee")
    with database.writing() as session:
        session.get_one(Speaker, old.id).merged_into_id = ann.id
    importing("claim,speaker\na,ann  lee\nb,A. Lee\nc,Anne Lee\nd,New One\n", defaults=ARTICLE).run()
    *known, new = (claim.speaker_id for claim in claims_in(database))
    assert set(known) == {ann.id}
    assert new not in (ann.id, old.id)
    assert {claim.attribution for claim in claims_in(database)} == {Attribution.STATED}


def test_two_people_of_one_name_differ_by_affiliation(database: Database, importing: Importing):
    physicist = make_speaker(database, "John Smith", affiliation="physicist")
    tally = importing(
        "claim,speaker,affiliation,kind of speaker\na,John Smith,Physicist,\nb,John Smith,minister,\nc,John Smith,,\n",
        defaults=ARTICLE,
    ).run()
    assert (tally.created, tally.speakers, tally.bad) == (2, 1, 1)
    assert claims_in(database)[0].speaker_id == physicist.id
    assert "Several speakers" in tally.groups[0].message.text


def test_new_speakers_are_made_once_with_their_kind(database: Database, importing: Importing):
    tally = importing("claim,speaker,speaker_kind\na,UNO,organisation\nb,UNO,\nc,Ann,\n", defaults=ARTICLE).run()
    assert tally.speakers == 2
    with database.reading() as session:
        assert {s.name: s.kind for s in session.scalars(select(Speaker))} == {
            "UNO": SpeakerKind.ORGANISATION,
            "Ann": SpeakerKind.PERSON,
        }


def test_topics_are_known_by_key_and_label_in_both_languages(database: Database, importing: Importing):
    trade = make_topic(database, "Trade deals", "Accords commerciaux", key="trade")
    tally = importing(
        "claim,topics\na,trade\nb,TRADE DEALS\nc,accords commerciaux\nd,Défense; Defense | x\ne,défense\n", defaults=ARTICLE
    ).run()
    assert tally.bad == 0
    with database.reading() as session:
        used = [
            sorted(session.scalars(select(Topic.key).join(ClaimTopic).where(ClaimTopic.claim_id == claim.id)))
            for claim in claims_in(database)
        ]
    assert used == [["trade"], ["trade"], ["trade"], ["defense", "defense-x"], ["defense"]]
    assert trade.id


def test_unknown_owner_leaves_the_claim_without_owner(database: Database, importing: Importing):
    ann = make_editor(database, "Ann Lee", email="ann@example.org")
    make_editor(database, "Gone", active=False)
    tally = importing("claim,owner\na,ann lee\nb,Ann@example.org\nc,Gone\nd,Nobody\n", defaults=ARTICLE).run()
    assert [claim.owner_id for claim in claims_in(database)] == [ann.id, ann.id, None, None]
    assert (tally.unowned, tally.bad) == (2, 0)


def test_a_quote_is_found_in_the_articles_text(database: Database, importing: Importing):
    body = "Heading\n\nIt will rain. It will rain.\n\nIt may snow."
    article = make_article(database, body=body)
    tally = importing(
        "claim,quote,paragraph\na,It may snow.,\nb,It will rain.,\nc,It will hail.,2\nd,Heading,1\n", article=article.id
    ).run()
    places = [(c.text_number, c.paragraph, c.quote_start, c.quote_end) for c in claims_in(database)]
    assert places[0] == (1, 3, body.index("It may"), len(body))
    assert places[1] == (None, None, None, None)  # it stands twice
    assert places[2] == (None, 2, None, None)
    assert places[3] == (1, 1, 0, 7)
    assert tally.unplaced == 2


# --- all or nothing, and batches ---


def test_an_import_that_breaks_off_stores_nothing(database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "BATCH", 2)
    bringing = importing(rows(5), defaults=ARTICLE)

    def break_off(done: int) -> None:
        if done >= 4:
            raise RuntimeError("the lights went out")

    with pytest.raises(RuntimeError):
        runner.run_whole(database, bringing.source, DESK, bringing.ledger(), progress=break_off)
    assert [count(database, model) for model in (Claim, Article, Event)] == [0, 0, 0]


def test_concurrent_change_fails_the_whole_batch(database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch):
    make_claim_of = make_article(database)
    with database.writing() as session:
        article = session.get_one(Article, make_claim_of.id)
        editing.create(session, article, actor=DESK, statement="First", external_id="claims:k2")
    # As if it had been stored between our look and our insert.
    monkeypatch.setattr(stored_claims.ExistingClaims, "find", lambda self, incoming: None)
    with pytest.raises(Conflict, match="Another import has just stored"):
        importing(rows(3), defaults=ARTICLE).run()
    assert count(database, Claim) == 1


def test_batches_store_what_one_transaction_would(database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "BATCH", 4)
    content = "id,claim,title,published,speaker,topics\n" + "".join(
        f"k{n},Claim {n},Article {n % 3},2024-01-15,Speaker {n % 2},t{n % 2}\n" for n in range(10)
    )
    tally = importing(content, defaults={"language": "en"}).run_in_batches()
    assert tally is not None
    assert (tally.created, tally.articles, tally.speakers, tally.topics) == (10, 3, 2, 2)
    assert checked(database, rows=True).findings == []
    with database.reading() as session:
        kinds = list(session.scalars(select(Event.kind).where(Event.kind.startswith("import.")).order_by(Event.seq)))
    assert kinds == ["import.batch", "import.batch", "import.batch", "import.run"]


def test_an_import_in_batches_goes_on_where_it_was(database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "BATCH", 2)
    bringing = importing(rows(7), defaults=ARTICLE)
    ledger = bringing.ledger()
    assert bringing.run_in_batches(ledger, stopping=lambda: True) is None
    assert (count(database, Claim), ledger.line) == (2, 3)

    with database.reading() as session:
        kept = session.get_one(ImportJob, ledger.job_id)
        tally = ImportStats.from_data(json.loads(kept.tally))
    done = bringing.run_in_batches(ledger, tally=tally)
    assert done is not None
    assert (done.created, done.rows, done.articles) == (7, 7, 1)
    assert count(database, Claim) == 7


def test_two_who_work_on_one_import_do_not_both_store_a_batch(
    database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "BATCH", 2)
    bringing = importing(rows(4), defaults=ARTICLE)
    ledger = bringing.ledger()
    other = type(ledger)(ledger.job_id, ledger.state)
    assert bringing.run_in_batches(ledger) is not None
    with pytest.raises(Conflict):
        bringing.run_in_batches(other)
    assert count(database, Claim) == 4


def test_run_again_after_breaking_off_nothing_is_stored_twice(database: Database, importing: Importing, monkeypatch):
    monkeypatch.setattr(limits, "BATCH", 2)
    importing(rows(5), defaults=ARTICLE).run_in_batches(stopping=lambda: True)
    tally = importing(rows(5), defaults=ARTICLE).run_in_batches()
    assert tally is not None
    assert (tally.created, tally.unchanged) == (3, 2)


def test_a_dry_run_writes_nothing_and_counts_what_a_run_would(
    database: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "BATCH", 3)
    content = "claim,title,published,speaker,topics\n" + "".join(
        f"Claim {n % 7},Article {n % 4},2024-01-15,Speaker {n % 5},t{n % 3}; {'' if n else '-'}\n" for n in range(12)
    )
    bringing = importing(content, defaults={"language": "en"})
    dry = bringing.check()
    assert [count(database, model) for model in (Claim, Article, Speaker, Topic, Event)] == [0, 0, 0, 0, 0]
    bringing.bad.clear()
    assert bringing.run().to_data() == dry.to_data()
    assert (dry.articles, dry.speakers, dry.topics) == (4, 5, 3)


# --- certainty ---


@pytest.mark.parametrize(
    ("columns", "cells", "default", "certainty"),
    [
        ("", "", None, Certainty.NOT_RECORDED),
        (",hedge", ",probably", None, Certainty.NOT_RECORDED),
        (",probability", ",60 %", None, Certainty.HEDGED),
        (",certainty", ",flat", "possible_only", Certainty.FLAT),
        (",certainty", ",", "possible_only", Certainty.POSSIBLE_ONLY),
        (",probability", ",60 %", "possible_only", Certainty.HEDGED),
        (",probability", ",60 %", "flat", Certainty.FLAT),
    ],
)
def test_certainty_comes_from_row_or_default(
    database: Database, importing: Importing, columns: str, cells: str, default: str | None, certainty: Certainty
):
    defaults = ARTICLE | ({"certainty": default} if default else {})
    importing(f"claim{columns}\nIt will rain{cells}\n", defaults=defaults).run()
    assert [claim.certainty for claim in claims_in(database)] == [certainty]
