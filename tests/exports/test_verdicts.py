"""The export of signed verdicts."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from tests.factories import change_settings, everyday
from tracker.claims.enums import Attribution, Outcome, Stance, VerdictKind, Visibility, WithdrawReason
from tracker.claims.models import Claim, Verdict
from tracker.claims.services import moves
from tracker.claims.services import verdicts as verdict_services
from tracker.exports import query
from tracker.exports.query import Filters
from tracker.exports.tables import TABLES
from tracker.exports.verdicts import COLUMNS


def read(database, filters=None):
    with database.reading() as session:
        return [dict(zip(COLUMNS, row, strict=True)) for row in TABLES["verdicts"].rows(session, filters)]


def ids(database, **filters):
    return [row["claim_id"] for row in read(database, Filters(**filters))]


def test_the_columns_are_those_that_other_people_s_scripts_hang_on():
    assert ",".join(COLUMNS) == (
        "claim_id,article_id,article_title,article_url,outlet,article_published_on,paragraph,speaker_id,speaker,"
        "speaker_affiliation,attribution,topics,statement,language,quote,quote_kind,quote_language,hedge,certainty,"
        "likelihood_low,likelihood_high,condition,condition_status,confirmed_if,refuted_if,criteria_set_on,"
        "criteria_retrospective,made_on,deadline_on,deadline_source,review_on,status,verdict,verdict_reason,is_scored,"
        "rationale,occurred_from,occurred_to,occurred_after_deadline,known_on,verdict_number,verdict_kind,proposed_by,"
        "proposed_at,signed_by,signed_at,evidence_for_count,evidence_against_count,evidence_urls,checks_count,"
        "last_checked_on,corrections_count,updated_at,decided_alone"
    )


def test_only_claims_with_a_signed_verdict_are_exported(database, make_claim):
    for status in ("draft", "open", "due", "proposed", "withdrawn"):
        make_claim(status)
    signed = make_claim("resolved")

    assert ids(database) == [signed.id]


def test_a_verdict_under_review_stays_until_a_new_one_is_signed(database, make_claim):
    claim = make_claim("under_review", outcome=Outcome.CONFIRMED)

    [row] = read(database)

    assert (row["claim_id"], row["status"], row["verdict"]) == (claim.id, "due", "confirmed")


def test_verdict_row_names_proposer_signer_and_counts(database, make_editor, make_claim, make_topic, make_evidence):
    topic = make_topic("Arms deals", "Contrats d’armement")
    claim = make_claim("resolved", outcome=Outcome.REFUTED, topics=[topic])
    make_evidence(claim, stance=Stance.CONTRADICTS, url="https://example.org/public")
    make_evidence(claim, stance=Stance.CONTRADICTS, url="https://example.org/secret", visibility=Visibility.INTERNAL)

    [row] = read(database)

    assert row["verdict"] == "refuted"
    assert row["topics"] == [topic.key]
    assert row["proposed_by"]
    assert row["signed_by"]
    assert row["proposed_by"] != row["signed_by"]
    assert row["decided_alone"] is False
    assert "https://example.org/public" in row["evidence_urls"]
    assert "https://example.org/secret" not in row["evidence_urls"]
    assert row["evidence_against_count"] == len(row["evidence_urls"])
    assert row["corrections_count"] == 0


def test_verdict_decided_alone_is_exported_without_signer(database, make_claim, make_editor, make_evidence):
    change_settings(database, second_signature=False)
    claim = make_claim("due")
    make_evidence(claim)
    ann = make_editor("Ann Archer")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdict_services.decide(session, own, everyday(own), actor=ann.actor, version=own.version)

    [row] = read(database)

    assert (row["proposed_by"], row["signed_by"], row["decided_alone"]) == ("Ann Archer", None, True)
    assert row["signed_at"] is not None


def test_a_signed_withdrawal_takes_the_verdict_out(database, make_claim, make_editor):
    claim = make_claim("resolved")
    one, two = make_editor(), make_editor()
    with database.writing() as session:
        mine = session.get_one(Claim, claim.id)
        verdict_services.propose_withdrawal(
            session, mine, WithdrawReason.MISTAKE, "It was never said.", actor=one.actor, version=mine.version
        )
        verdict_services.sign(session, mine, actor=two.actor, version=mine.version)

    assert ids(database) == []


def test_a_correction_is_counted_and_replaces_what_was_signed(database, make_claim, make_editor):
    claim = make_claim("resolved", outcome=Outcome.CONFIRMED)
    one, two = make_editor(), make_editor()
    with database.writing() as session:
        mine = session.get_one(Claim, claim.id)
        moves.reopen(session, mine, VerdictKind.CORRECTION, "We read the wrong table.", actor=one.actor, version=mine.version)
        first = session.get_one(Verdict, mine.signed_verdict_id)
        again = verdict_services.Proposed(
            Outcome.PARTLY_CONFIRMED,
            "Only the smaller part took place.",
            known_on=first.known_on,
            missing="The larger part.",
            occurred_from=first.occurred_from,
        )
        verdict_services.propose(session, mine, again, actor=one.actor, version=mine.version)
        verdict_services.sign(session, mine, actor=two.actor, version=mine.version)

    [row] = read(database)

    assert (row["verdict"], row["verdict_kind"], row["verdict_number"]) == ("partly_confirmed", "correction", 2)
    assert row["corrections_count"] == 1


def test_the_sample_is_left_out_unless_it_is_asked_for(database, make_article, make_claim):
    sample = make_claim("resolved", article=make_article(is_sample=True))
    real = make_claim("resolved")

    assert ids(database) == [real.id]
    assert set(ids(database, with_sample=True)) == {sample.id, real.id}


def test_filters_let_through_what_they_name_and_nothing_else(database, make_claim, make_speaker, make_topic, make_editor):
    speaker, topic, owner = make_speaker(), make_topic(), make_editor()
    theirs = make_claim("resolved", speaker_id=speaker.id, attribution=Attribution.STATED)
    about = make_claim("resolved", topics=[topic])
    owned = make_claim("resolved", owner=owner)
    refuted = make_claim("resolved", outcome=Outcome.REFUTED)

    assert ids(database, speaker=speaker.id) == [theirs.id]
    assert ids(database, topic=topic.id) == [about.id]
    assert ids(database, owner=owner.id) == [owned.id]
    assert ids(database, outcome=Outcome.REFUTED) == [refuted.id]
    assert ids(database, article=refuted.article_id) == [refuted.id]
    assert ids(database, article=10**12) == []


def test_since_counts_days_of_the_newsroom(database, make_claim):
    change_settings(database, timezone="Pacific/Kiritimati")  # fourteen hours ahead: late on the 10th in UTC is the 11th there
    with_day = make_claim("resolved")
    signed = datetime.fromisoformat(read(database)[0]["signed_at"]).astimezone(ZoneInfo("Pacific/Kiritimati")).date()

    assert ids(database, since=signed) == [with_day.id]
    assert ids(database, since=date.fromordinal(signed.toordinal() + 1)) == []


@pytest.mark.parametrize("size", [1, 3])
def test_batches_leave_nothing_out_and_repeat_nothing(database, make_claim, monkeypatch, size):
    monkeypatch.setattr(query, "BATCH", size)
    made = [make_claim("resolved").id for _ in range(5)]

    assert ids(database) == made


def test_the_number_of_queries_does_not_grow_with_the_rows_of_a_batch(database, make_claim):
    def queries():
        seen = []
        event.listen(database.engine, "before_cursor_execute", listener := lambda *a: seen.append(a[2]))
        read(database)
        event.remove(database.engine, "before_cursor_execute", listener)
        return len(seen)

    make_claim("resolved")
    few = queries()
    for _ in range(5):
        make_claim("resolved")

    assert queries() == few
