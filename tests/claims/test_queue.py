"""What stands in the review queue, in which group and order."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.factories import DESK
from tracker.claims.enums import Attribution, Outcome, Stance
from tracker.claims.models import Claim, Speaker
from tracker.claims.queries import queue, speakers
from tracker.claims.queries.queue import Queue
from tracker.claims.queries.queue_groups import Asked, Filters, View
from tracker.claims.services import editing
from tracker.claims.services import evidence as work
from tracker.db import Database

TODAY = date(2024, 3, 12)


def asked(**more: Any) -> Asked:
    return Asked(today=more.pop("today", TODAY), **more)


def shown(session: Session, **more: Any) -> dict[str, list[int]]:
    """The ids in each group that is not empty."""
    found = queue.read(session, asked(**more), "en")
    return {view.value: [row.id for row in page.rows] for view, page in found.groups.items() if page.rows}


def rows_of(found: Queue) -> dict[int, Any]:
    return {row.id: row for page in found.groups.values() for row in page.rows}


def test_claims_are_grouped_by_review_date(session: Session, make_claim: Callable[..., Claim]):
    yesterday = make_claim("due", review_on=TODAY - timedelta(days=1))
    today = make_claim("due", review_on=TODAY)
    in_week = make_claim("open", review_on=TODAY + timedelta(days=6))
    after_week = make_claim("open", review_on=TODAY + timedelta(days=7))
    in_month = make_claim("open", review_on=TODAY + timedelta(days=30))
    make_claim("open", review_on=TODAY + timedelta(days=31))
    for status in ("draft", "resolved", "withdrawn"):
        make_claim(status)

    assert shown(session) == {
        "overdue": [yesterday.id],
        "due": [today.id, in_week.id],
        "upcoming": [after_week.id, in_month.id],
    }
    assert queue.counts(session, asked()) == queue.Counts(overdue=1, due=2, signoff=0, upcoming=2, to_sign=0)


def test_overdue_claims_show_without_a_scheduler(session: Session, make_claim: Callable[..., Claim]):
    never_flagged = make_claim("open", review_on=TODAY - timedelta(days=3))
    assert shown(session) == {"overdue": [never_flagged.id]}


def test_the_oldest_comes_first_unless_asked_otherwise(session: Session, make_claim: Callable[..., Claim]):
    days = [date(2024, 3, 1), date(2024, 2, 20), date(2024, 3, 1)]
    one, two, three = (make_claim("open", review_on=day) for day in days)
    assert shown(session)["overdue"] == [two.id, one.id, three.id]
    assert shown(session, newest_first=True)["overdue"] == [three.id, one.id, two.id]


def test_reopened_claim_is_in_the_queue(session: Session, make_claim: Callable[..., Claim]):
    claim = make_claim("under_review")
    found = queue.read(session, asked(today=claim.review_on), "en")
    row = rows_of(found)[claim.id]
    assert row.under_review
    assert row.outcome is Outcome.CONFIRMED


def test_a_proposal_waits_for_everyone_but_its_proposer(
    session: Session, make_claim: Callable[..., Claim], make_editor: Callable[..., Any]
):
    proposer, other = make_editor(name="Tom Adeyemi"), make_editor()
    claim = make_claim("proposed", proposer=proposer, outcome=Outcome.REFUTED)

    for_other = queue.read(session, asked(signer=other.id), "en")
    row = rows_of(for_other)[claim.id]
    assert (row.proposal.outcome, row.proposal.proposer.name) == (Outcome.REFUTED, "Tom Adeyemi")
    assert for_other.others == []
    assert queue.counts(session, asked(signer=other.id)).to_sign == 1
    unasked = queue.counts(session, asked(signer=other.id), to_sign=False)
    assert (unasked.signoff, unasked.to_sign) == (1, None)

    for_proposer = queue.read(session, asked(signer=proposer.id), "en")
    assert not rows_of(for_proposer)
    assert [row.id for row in for_proposer.others] == [claim.id]
    counts = queue.counts(session, asked(signer=proposer.id))
    assert (counts.signoff, counts.to_sign) == (1, 0)


def test_a_viewer_sees_what_waits_for_a_signature_though_it_is_not_theirs_to_give(
    session: Session, make_claim: Callable[..., Claim]
):
    claim = make_claim("proposed")
    assert shown(session, signer=None) == {"signoff": [claim.id]}


def test_where_authors_do_not_judge_a_proposal_on_ones_own_article_waits_for_others(
    session: Session, make_claim: Callable[..., Claim], make_editor: Callable[..., Any], make_article: Callable[..., Any]
):
    author = make_editor()
    claim = make_claim("proposed", article=make_article(author_editor_id=author.id))
    assert [row.id for row in queue.read(session, asked(signer=author.id, author_may_judge=False), "en").others] == [claim.id]
    assert shown(session, signer=author.id, author_may_judge=True) == {"signoff": [claim.id]}


def test_requested_signer_sees_own_requests_first(
    database: Database, session: Session, make_claim: Callable[..., Claim], make_editor: Callable[..., Any]
):
    signer = make_editor()
    make_claim("proposed", review_on=date(2024, 3, 1))
    mine = make_claim("proposed", review_on=date(2024, 3, 9))
    with database.writing() as writer:
        writer.execute(update(Claim).where(Claim.id == mine.id).values(requested_signer_id=signer.id))
    assert shown(session, signer=signer.id)["signoff"][0] == mine.id


def test_filters_narrow_every_group_and_count(
    session: Session,
    make_claim: Callable[..., Claim],
    make_editor: Callable[..., Any],
    make_topic: Callable[..., Any],
    make_speaker: Callable[..., Any],
    make_article: Callable[..., Any],
):
    editor, topic, speaker, article = make_editor(), make_topic(), make_speaker(), make_article()
    owned = make_claim("open", owner=editor)
    on_topic = make_claim("open", topics=[topic])
    said = make_claim("open", speaker_id=speaker.id, attribution=Attribution.STATED)
    published = make_claim("open", article=article)
    proposed = make_claim("proposed", topics=[topic], owner=editor, article=article)

    def found(filters: Filters) -> dict[str, list[int]]:
        groups = shown(session, filters=filters)
        counts = queue.counts(session, asked(filters=filters))
        assert {view.value: len(groups.get(view, [])) for view in View} == {view.value: counts.of(view) for view in View}
        return groups

    assert found(Filters(owner=editor.id)) == {"overdue": [owned.id], "signoff": [proposed.id]}
    assert found(Filters(unowned=True)) == {"overdue": [on_topic.id, said.id, published.id]}
    assert found(Filters(topic=topic.id)) == {"overdue": [on_topic.id], "signoff": [proposed.id]}
    assert found(Filters(speakers=(speaker.id,))) == {"overdue": [said.id]}
    assert found(Filters(article=article.id)) == {"overdue": [published.id], "signoff": [proposed.id]}
    assert found(Filters(topic=topic.id, owner=editor.id)) == {"signoff": [proposed.id]}
    assert found(Filters(topic=topic.id, speakers=(speaker.id,))) == {}
    assert found(Filters(topic=2**62)) == {}


def test_a_speaker_has_the_claims_of_those_merged_into_it(
    database: Database, session: Session, make_claim: Callable[..., Claim], make_speaker: Callable[..., Any]
):
    stands, merged = make_speaker(name="Ilse Oakes"), make_speaker(name="I. Oakes")
    claims = [make_claim("open", speaker_id=each.id, attribution=Attribution.STATED) for each in (stands, merged)]
    with database.writing() as writer:
        writer.execute(update(Speaker).where(Speaker.id == merged.id).values(merged_into_id=stands.id))
    filters = Filters(speakers=speakers.list_same_speakers(session, stands.id))
    found = queue.read(session, asked(filters=filters), "en")
    assert {row.id: row.speaker for row in found.groups[View.OVERDUE].rows} == {claim.id: "Ilse Oakes" for claim in claims}


def test_a_row_tells_what_an_editor_needs_to_choose_what_to_do_first(
    session: Session,
    make_claim: Callable[..., Claim],
    make_editor: Callable[..., Any],
    make_evidence: Callable[..., Any],
    make_topic: Callable[..., Any],
):
    owner = make_editor(name="Inès Carpentier")
    topic = make_topic("Trade", "Commerce")
    claim = make_claim("due", owner=owner, topics=[topic], likelihood_low=30, likelihood_high=60, certainty="hedged", hedge="may")
    for stance in (Stance.SUPPORTS, Stance.SUPPORTS, Stance.CONTRADICTS):
        make_evidence(claim, stance)
    row = rows_of(queue.read(session, asked(), "fr"))[claim.id]
    assert row.statement == "The summit will bring an arms deal."
    assert row.language == "en"
    assert row.speaker == ""
    assert row.topics == ((topic.id, "Commerce"),)
    assert (row.likelihood_low, row.likelihood_high, row.hedge) == (30, 60, "may")
    assert row.evidence == {"supports": 2, "contradicts": 1}
    assert (row.owner.name, row.owner.initials) == ("Inès Carpentier", "IC")
    assert row.article_title == "What the summit will bring"


def test_a_statement_is_in_the_readers_language_where_it_was_translated(
    database: Database, session: Session, make_claim: Callable[..., Claim]
):
    claim = make_claim("due")
    with database.sessions() as writer, database.writing(writer):
        own = writer.get_one(Claim, claim.id)
        editing.set_translation(writer, own, "fr", {"statement": "Le sommet apportera un contrat."}, actor=DESK)
    assert rows_of(queue.read(session, asked(), "fr"))[claim.id].statement == "Le sommet apportera un contrat."
    assert rows_of(queue.read(session, asked(), "en"))[claim.id].statement == "The summit will bring an arms deal."


def test_withdrawn_evidence_does_not_count(
    database: Database, session: Session, make_claim: Callable[..., Claim], make_evidence: Callable[..., Any]
):
    claim = make_claim("due")
    evidence = make_evidence(claim)
    with database.sessions() as writer, database.writing(writer):
        work.withdraw_evidence(writer, writer.get_one(Claim, claim.id), evidence.id, "A hoax.", actor=DESK)
    assert rows_of(queue.read(session, asked(), "en"))[claim.id].evidence == {}


def test_the_sample_is_left_out_where_the_newsroom_hides_it(
    session: Session, make_claim: Callable[..., Claim], make_article: Callable[..., Any], make_topic: Callable[..., Any]
):
    topic = make_topic()
    sample = make_article(is_sample=True)
    make_claim("open", article=sample, topics=[topic])
    make_claim("proposed", article=sample, topics=[topic])
    make_claim("open", article=sample, topics=[topic], review_on=TODAY + timedelta(days=20))
    assert set(shown(session)) == {"overdue", "signoff", "upcoming"}
    for filters in (Filters(), Filters(topic=topic.id)):
        assert shown(session, with_sample=False, filters=filters) == {}
        counts = queue.counts(session, asked(with_sample=False, filters=filters))
        assert counts == queue.Counts(0, 0, 0, 0, 0)
    assert queue.next_review(session, asked(with_sample=False)) is None
    assert queue.next_review(session, asked()) == TODAY + timedelta(days=20)
    assert queue.has_claims(session, with_sample=True)
    assert not queue.has_claims(session, with_sample=False)


def test_pages_of_a_group_follow_each_other_without_gap_or_repeat(
    session: Session, make_claim: Callable[..., Claim], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queue, "SHOWN", 2)
    days = [date(2024, 3, day) for day in (5, 5, 5, 7, 2)]
    ids = [make_claim("open", review_on=day).id for day in days]
    expected = [ids[4], ids[0], ids[1], ids[2], ids[3]]

    def turn(**place: str) -> Any:
        return queue.read(session, asked(), "en", View.OVERDUE, **place).groups[View.OVERDUE]

    first = turn()
    second = turn(after=str(first.after))
    third = turn(after=str(second.after))
    assert [row.id for page in (first, second, third) for row in page.rows] == expected
    assert (first.before, third.after) == (None, None)
    back = turn(before=str(third.before))
    assert [row.id for row in back.rows] == [row.id for row in second.rows]
    assert [row.id for row in turn(before=str(second.before)).rows] == expected[:2]


def test_counts_stop_at_a_thousand(session: Session, make_claim: Callable[..., Claim], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queue, "COUNTED", 2)
    for _ in range(4):
        make_claim("open")
    assert queue.counts(session, asked()).overdue == 3
