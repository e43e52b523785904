"""Making claims and changing their fields: what is kept, what is refused, what follows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests import factories
from tests.claims.desk import AT, DAY, last_said, make, said, topic_copies
from tests.factories import DEADLINE_ON, PUBLISHED_ON, REVIEW_ON, change_settings, fresh, on
from tracker.accounts.models import Editor
from tracker.claims.enums import Attribution, Certainty, ConditionStatus
from tracker.claims.models import Claim, ClaimTranslation
from tracker.claims.services import editing
from tracker.claims.services import evidence as work
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Invalid
from tracker.ledger import Actor

BODY = "Heading\n\nThe summit will probably bring 👩‍🚀 deals.\n\nCafé talk."


@pytest.fixture
def editor(make_editor) -> Editor:
    return make_editor()


@pytest.fixture
def edit(database: Database, editor: Editor) -> Callable[..., Claim]:
    """`edit(claim, field=value, …)` at the version that stands; the claim as it is then."""

    def do(claim: Claim, *, at: datetime = AT, by: Actor | None = None, **values: Any) -> Claim:
        with database.sessions(expire_on_commit=False) as session, database.writing(session):
            own = session.get_one(Claim, claim.id)
            editing.edit(session, own, values, actor=by or editor.actor, version=own.version, at=at)
            session.refresh(own)
        return own

    return do


# --- making ---


def test_a_new_claim_is_a_draft_of_its_article(make_article, make_claim):
    article = make_article(language="fr", is_sample=True)
    claim = make_claim(article=article, certainty=None)
    assert (claim.status, claim.version, claim.due_cycle) == ("draft", 1, 0)
    assert (claim.language, claim.made_on, claim.is_sample) == ("fr", PUBLISHED_ON, True)
    assert (claim.attribution, claim.certainty) == (Attribution.ARTICLE, Certainty.NOT_RECORDED)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("statement", {"statement": ""}),
        ("statement", {"statement": None}),
        ("statement", {"statement": " \t\u00a0"}),
        ("language", {"language": "klingonese"}),
        ("certainty", {"certainty": "sure"}),
        ("attribution", {"attribution": ["stated"]}),
        ("speaker_id", {"attribution": "stated"}),
        ("speaker_id", {"attribution": "implied"}),
        ("speaker_id", {"attribution": "stated", "speaker_id": 99}),
        ("speaker_id", {"attribution": "stated", "speaker_id": "1"}),
        ("likelihood_high", {"likelihood_low": 30}),
        ("likelihood_low", {"likelihood_high": 30}),
        ("likelihood_low", {"likelihood_low": -1, "likelihood_high": 30}),
        ("likelihood_high", {"likelihood_low": 1, "likelihood_high": 101}),
        ("likelihood_low", {"likelihood_low": 1.5, "likelihood_high": 30}),
        ("likelihood_low", {"likelihood_low": True, "likelihood_high": 30}),
        ("likelihood_low", {"likelihood_low": 60, "likelihood_high": 30}),
        ("likelihood_low", {"likelihood_low": 60, "likelihood_high": 70, "certainty": "possible_only"}),
        ("likelihood_low", {"likelihood_low": 60, "likelihood_high": 70, "certainty": "comparative"}),
        ("likelihood_low", {"likelihood_low": 60, "likelihood_high": 70, "certainty": "not_a_probability"}),
        ("deadline_source", {"deadline_source": None}),
        ("deadline_on", {"deadline_on": PUBLISHED_ON - timedelta(days=1)}),
        ("deadline_on", {"deadline_on": "2024-03-10"}),
        ("made_on", {"made_on": on(PUBLISHED_ON)}),
        ("review_on", {"review_on": date(1999, 1, 1)}),
        ("condition_status", {"condition_status": "met"}),
        ("condition_status", {"condition": "If it rains", "condition_status": "perhaps"}),
        ("quote_kind", {"quote": "will probably"}),
        ("quote_language", {"quote_language": "French"}),
        ("text_number", {"text_number": 2}),
        ("text_number", {"text_number": 10**12}),
        ("paragraph", {"paragraph": -1}),
        ("quote", {"quote": "will", "quote_kind": "verbatim", "text_number": 1, "quote_start": 3}),
        ("quote", {"quote": "will", "quote_kind": "verbatim", "quote_start": 20, "quote_end": 24}),
        ("quote", {"quote": "will", "quote_kind": "verbatim", "text_number": 1, "quote_start": 21, "quote_end": 25}),
        ("quote_kind", {"quote": "will", "quote_kind": "paraphrase", "text_number": 1, "quote_start": 20, "quote_end": 24}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_the_field_is_named(sqlite_database: Database, field: str, values: dict[str, Any]):
    body = BODY if values.get("quote_kind") != "paraphrase" else "01234567890123456789will"
    article = factories.make_article(sqlite_database, body=body)
    with pytest.raises(Invalid) as refused:
        factories.make_claim(sqlite_database, article=article, **values)
    assert refused.value.field == field
    with sqlite_database.reading() as session:
        assert session.scalar(select(Claim.id)) is None


def test_a_field_that_no_claim_has_is_a_fault_of_the_program(make_claim):
    with pytest.raises(TypeError, match="no such fields"):
        make_claim(status_of_the_moon="full")


def test_a_quote_keeps_its_exact_place_in_code_points(make_article, make_claim):
    article = make_article(body=BODY)
    start = BODY.index("probably bring 👩‍🚀")
    words = "probably bring 👩‍🚀 deals"
    claim = make_claim(
        article=article, quote=words, quote_kind="verbatim", text_number=1, quote_start=start, quote_end=start + len(words)
    )
    assert (claim.quote, claim.paragraph) == (words, 2)
    assert BODY[claim.quote_start : claim.quote_end] == words


def test_a_quote_that_only_looks_alike_is_not_anchored(make_article, make_claim):
    start = BODY.index("Café")
    place = {"quote_kind": "verbatim", "text_number": 1, "quote_start": start, "quote_end": start + 4}
    assert make_claim(article=make_article(body=BODY), quote="Café", **place).paragraph == 3
    with pytest.raises(Invalid, match="is not at that position"):
        make_claim(article=make_article(body=BODY), quote="Cafe\u0301", **place | {"quote_end": start + 5})


def test_owners_are_editors_who_work_here(make_claim, make_editor):
    for unable in (make_editor(active=False), make_editor(roles=["viewer"]), make_editor(roles=["admin"]), Editor(id=10**6)):
        with pytest.raises(Invalid) as refused:
            make_claim(owner=unable)
        assert refused.value.field == "owner_id"
    assert make_claim(owner=make_editor(roles=["chief"])).owner_id is not None


@pytest.mark.parametrize("roles", [["viewer"], ["admin"], []])
def test_who_is_no_editor_changes_nothing(database: Database, make_editor, make_claim, make_topic, roles: list[str]):
    claim, topic, actor = make_claim(), make_topic(), make_editor(roles=roles).actor
    attempts: list[Callable[[Any, Claim], Any]] = [
        lambda session, own: editing.edit(session, own, {"hedge": "may"}, actor=actor, version=1),
        lambda session, own: editing.assign(session, own, None, actor=actor),
        lambda session, own: editing.set_topics(session, own, (topic.id,), actor=actor),
        lambda session, own: editing.set_translation(session, own, "fr", {"statement": "x"}, actor=actor),
        lambda session, own: work.add_note(session, own, "x", actor=actor),
        lambda session, own: work.add_check(session, own, actor=actor, where_looked="x", found="x"),
        lambda session, own: work.relate(session, own, 1, "part_of", actor=actor),
    ]
    for attempt in attempts:
        with database.writing() as session, pytest.raises(Forbidden):
            attempt(session, session.get_one(Claim, claim.id))
    with pytest.raises(Forbidden):
        make_claim(actor=actor)
    assert [line["kind"] for line in said(database, claim)] == ["claim.created"]


# --- editing ---


def test_an_edit_raises_the_version_and_tells_what_was(database: Database, make_claim, edit):
    claim = make_claim("open")
    after = edit(claim, hedge=" probably ", certainty="hedged", likelihood_low=60, likelihood_high=80)
    assert (after.hedge, after.certainty, after.version) == ("probably", Certainty.HEDGED, claim.version + 1)
    event = last_said(database, claim)
    assert (event["kind"], event["version"]) == ("claim.edit", after.version)
    assert event["was"] == {"hedge": "", "certainty": "flat", "likelihood_low": None, "likelihood_high": None}
    assert event["set"]["likelihood_low"] == 60
    assert list(event["set"]["hedge"]) == ["sha256"]


def test_an_edit_that_changes_nothing_is_no_event(database: Database, make_claim, edit):
    claim = make_claim("open", hedge="may")
    assert edit(claim, hedge=" may ", statement=claim.statement).version == claim.version
    assert edit(claim, unheard_of="x").version == claim.version
    assert last_said(database, claim)["kind"] == "claim.track"


@pytest.mark.parametrize("status", ["proposed", "resolved"])
def test_the_terms_are_frozen_while_a_verdict_is_proposed_or_signed(database: Database, make_claim, edit, editor, status: str):
    claim = make_claim(status)
    for values in ({"statement": "Another."}, {"deadline_on": None, "deadline_source": None}, {"confirmed_if": "Anything."}):
        with pytest.raises(IllegalMove, match="is locked"):
            edit(claim, **values)
    assert edit(claim, statement=claim.statement).version == claim.version
    # Who looks after it and what it is about are no terms.
    with database.writing() as session:
        editing.assign(session, session.get_one(Claim, claim.id), editor.id, actor=editor.actor)
    assert fresh(database, claim).owner_id == editor.id


def test_the_terms_may_be_put_right_while_a_verdict_is_under_review(make_claim, edit):
    assert edit(make_claim("under_review"), hedge="will").hedge == "will"


def test_a_withdrawn_claim_is_left_alone(database: Database, make_claim, make_topic, edit, editor):
    claim, topic, other = make_claim("withdrawn"), make_topic(), make_claim()
    with pytest.raises(IllegalMove, match="A chief editor can restore"):
        edit(claim, hedge="may")
    attempts: list[Callable[[Any, Claim], Any]] = [
        lambda session, own: editing.assign(session, own, editor.id, actor=editor.actor),
        lambda session, own: editing.set_topics(session, own, (topic.id,), actor=editor.actor),
        lambda session, own: editing.set_translation(session, own, "fr", {"statement": "x"}, actor=editor.actor),
        lambda session, own: work.add_check(session, own, actor=editor.actor, where_looked="x", found="x"),
        lambda session, own: work.add_evidence(session, own, actor=editor.actor, title="x", document="x", stance="context"),
    ]
    for attempt in attempts:
        with database.writing() as session, pytest.raises(IllegalMove):
            attempt(session, session.get_one(Claim, claim.id))
    with database.writing() as session:
        work.relate(session, session.get_one(Claim, claim.id), other.id, "duplicate_of", actor=editor.actor)
    assert fresh(database, claim).version == claim.version


def test_a_tracked_claim_keeps_its_review_day_in_an_edit(make_claim, edit):
    draft = make_claim("draft", review_on=None)
    assert edit(draft, review_on=date(2024, 5, 1)).review_on == date(2024, 5, 1)
    tracked = make_claim("open")
    assert edit(tracked, review_on=date(2024, 5, 1), hedge="may").review_on == REVIEW_ON


def test_a_draft_without_a_review_day_is_not_tracked(database: Database, make_claim, editor):
    with pytest.raises(Invalid) as refused:
        make(database, make_claim("draft", review_on=None), "track", editor.actor)
    assert refused.value.field == "review_on"


# --- criteria ---


def test_criteria_set_before_the_review_day_and_the_first_evidence_are_not_retrospective(make_claim, edit):
    claim = make_claim("draft")
    assert (claim.criteria_set_on, claim.criteria_retrospective) == (PUBLISHED_ON, False)
    before = REVIEW_ON - timedelta(days=1)
    after = edit(claim, refuted_if="Nothing is published.", at=on(before))
    assert (after.criteria_set_on, after.criteria_retrospective) == (before, False)


def test_criteria_set_on_the_review_day_are_flagged_for_good(make_claim, edit):
    claim = edit(make_claim("open"), confirmed_if="Any deal.", at=on(REVIEW_ON))
    assert (claim.criteria_set_on, claim.criteria_retrospective) == (REVIEW_ON, True)
    # Neither a later day nor the old words take the flag away.
    again = edit(claim, confirmed_if="A signed arms deal is published by either government.", at=on(date(2024, 1, 20)))
    assert again.criteria_retrospective is True
    assert edit(claim, hedge="may", at=on(date(2024, 1, 20))).criteria_retrospective is True


def test_criteria_set_after_the_first_evidence_are_flagged_even_if_it_was_withdrawn(
    database: Database, make_claim, make_evidence, edit, editor
):
    early = on(date(2024, 2, 1))
    claim = make_claim("open")
    evidence = make_evidence(claim, at=early)
    with database.writing() as session:
        work.withdraw_evidence(session, session.get_one(Claim, claim.id), evidence.id, "Wrong.", actor=editor.actor, at=early)
    assert edit(claim, hedge="may", at=early).criteria_retrospective is False
    assert edit(claim, refuted_if="None.", at=early).criteria_retrospective is True


def test_a_new_claim_whose_review_day_has_come_has_retrospective_criteria(make_claim, make_article):
    article = make_article(published_on=date(2024, 1, 1))
    assert make_claim(article=article, review_on=date(2024, 1, 1), deadline_on=None).criteria_retrospective is True
    assert make_claim(article=article, review_on=date(2024, 1, 2), deadline_on=None).criteria_retrospective is False
    empty = make_claim(article=article, review_on=date(2024, 1, 1), confirmed_if="", deadline_on=None)
    assert (empty.criteria_set_on, empty.criteria_retrospective) == (None, False)


def test_a_review_day_set_to_before_the_criteria_were_written_flags_them(make_claim, edit):
    claim = make_claim("draft", review_on=None, confirmed_if="")
    claim = edit(claim, confirmed_if="A deal.", at=on(date(2024, 3, 20)))
    assert claim.criteria_retrospective is False
    assert edit(claim, review_on=REVIEW_ON, at=on(date(2024, 3, 21))).criteria_retrospective is True


def test_the_day_of_criteria_is_the_newsrooms(database: Database, make_claim, edit):
    late = datetime.fromisoformat("2024-03-10T23:30:00+00:00")  # in Kiritimati it is the afternoon of the 11th
    assert (
        edit(make_claim("open"), refuted_if="None.", at=late).criteria_retrospective is True
    )  # in Paris it is 00:30 on the 11th
    change_settings(database, timezone="Pacific/Niue")
    assert edit(make_claim("open"), refuted_if="None.", at=late).criteria_retrospective is False


def test_a_condition_starts_unknown_and_its_finding_may_change_until_a_verdict_is_proposed(database: Database, make_claim, edit):
    claim = make_claim("due", condition="If the sanctions end")
    assert claim.condition_status is ConditionStatus.UNKNOWN
    assert edit(claim, condition_status="not_met").condition_status is ConditionStatus.NOT_MET
    with pytest.raises(Invalid) as refused:
        edit(claim, condition="")
    assert refused.value.field == "condition_status"
    later = edit(make_claim("open"), condition="If it rains")
    assert later.condition_status is ConditionStatus.UNKNOWN
    assert last_said(database, later)["set"]["condition_status"] == "unknown"


# --- owner, topics, translations ---


def test_handing_over_records_one_event(database: Database, make_claim, make_editor, editor):
    claim, other = make_claim("open"), make_editor()
    for owner in (other.id, other.id, None, None):
        with database.writing() as session:
            editing.assign(session, session.get_one(Claim, claim.id), owner, actor=editor.actor)
    lines = [line for line in said(database, claim) if line["kind"] == "claim.assign"]
    assert [line["set"]["owner_id"] for line in lines] == [other.id, None]
    with database.writing() as session, pytest.raises(Invalid):
        editing.assign(session, session.get_one(Claim, claim.id), 10**6, actor=editor.actor)


def test_topics_are_a_set_and_carry_the_claims_status(database: Database, make_claim, make_topic, editor):
    one, two, three = make_topic(), make_topic(), make_topic()
    claim = make_claim("open", topics=[one, two, two])
    assert said(database, claim)[0]["topics"] == [one.id, two.id]

    def set_topics(*ids: int) -> Claim:
        with database.writing() as session:
            editing.set_topics(session, session.get_one(Claim, claim.id), ids, actor=editor.actor)
        return fresh(database, claim)

    assert set_topics(two.id, one.id, one.id).version == claim.version
    assert set_topics(three.id, one.id).version == claim.version + 1
    assert (last_said(database, claim)["topics"], last_said(database, claim)["topics_were"]) == (
        [one.id, three.id],
        [one.id, two.id],
    )
    assert topic_copies(database, claim) == {("open", REVIEW_ON)}
    with pytest.raises(Invalid):
        set_topics(one.id, 10**6)
    set_topics()
    assert topic_copies(database, claim) == set()


def test_a_translation_is_set_changed_and_removed(database: Database, make_claim, editor):
    claim = make_claim("open")

    def translate(language: str = "fr", **texts: str) -> dict[str, str] | None:
        with database.writing() as session:
            editing.set_translation(session, session.get_one(Claim, claim.id), language, texts, actor=editor.actor)
        with database.reading() as session:
            row = session.get(ClaimTranslation, (claim.id, language))
            return row and {"statement": row.statement, "confirmed_if": row.confirmed_if}

    assert translate() is None
    assert fresh(database, claim).version == claim.version
    with pytest.raises(Invalid) as refused:
        translate(confirmed_if="Sans énoncé.")
    assert refused.value.field == "statement"
    assert translate(statement=" Un accord. ", confirmed_if="Signé.") == {"statement": "Un accord.", "confirmed_if": "Signé."}
    assert translate(statement="Un accord.", confirmed_if="Signé.") is not None
    assert fresh(database, claim).version == claim.version + 1
    assert translate(statement="\u200b ") is None
    event = last_said(database, claim)
    assert (event["kind"], event["language"], event["version"]) == ("translation.set", "fr", claim.version + 2)
    for language, field in (("en", "language"), ("français", "language")):
        with pytest.raises(Invalid) as refused:
            translate(language, statement="x")
        assert refused.value.field == field


def test_a_frozen_claim_can_be_translated_but_its_translation_not_changed(database: Database, make_claim, editor):
    claim = make_claim("resolved")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.set_translation(session, own, "fr", {"statement": "Un accord."}, actor=editor.actor)
        for changed in ("Deux accords.", ""):
            with pytest.raises(IllegalMove, match="is locked"):
                editing.set_translation(session, own, "fr", {"statement": changed}, actor=editor.actor)


def test_a_deadline_may_be_today_and_a_claim_may_have_none(make_claim):
    assert make_claim(deadline_on=PUBLISHED_ON, review_on=PUBLISHED_ON).deadline_on == PUBLISHED_ON
    assert make_claim(deadline_on=None).deadline_on is None
    assert make_claim(deadline_on=date(9999, 12, 31), review_on=date(9999, 12, 31)).review_on == date(9999, 12, 31)
    assert DAY > DEADLINE_ON
