"""A row that was changed behind the chain's back is found by replaying the history beside the tables."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from tests import factories
from tests.ledger.support import CHIEF, checked, tampering
from tracker import ledger
from tracker.claims.enums import RelationKind, Visibility
from tracker.claims.models import Claim, Relation, Topic
from tracker.claims.services import editing, evidence, verdicts
from tracker.db import Database
from tracker.ledger import SYSTEM
from tracker.ledger.findings import MOST, What
from tracker.ledger.redaction import find_text, redact
from tracker.newsroom import settings


@pytest.fixture
def desk(database: Database) -> Database:
    """A desk where everything happened that an event can speak of."""
    article = factories.make_article(database, body="One.\n\nTwo.")
    speaker = factories.make_speaker(database, "Jane Doe", aliases=("J. D.", "Doe"))
    topic = factories.make_topic(database)
    factories.make_topic(database)
    owner = factories.make_editor(database)
    first = factories.make_claim(database, "resolved", article=article, topics=[topic], owner=owner)
    factories.make_claim(database, "under_review", speaker_id=speaker.id, attribution="stated")
    factories.make_claim(database, "withdrawn")
    draft = factories.make_claim(database)
    another = factories.make_claim(database)
    kept = factories.make_evidence(database, draft, visibility=Visibility.INTERNAL)
    factories.make_check(database, draft)
    factories.change_settings(database, name="The Long Name of a Newspaper That Nobody Can Remember", second_signature=False)
    with database.writing() as session:
        claim = session.get_one(Claim, draft.id)
        editing.edit(session, claim, {"statement": "It will snow.", "hedge": "maybe"}, actor=owner.actor, version=claim.version)
        editing.edit(session, claim, {"hedge": "", "deadline_on": None}, actor=owner.actor, version=claim.version)
        evidence.withdraw_evidence(session, claim, kept.id, "A mistake", actor=owner.actor)
        evidence.relate(session, claim, first.id, RelationKind.PART_OF, actor=owner.actor)
        editing.set_translation(session, claim, "fr", {"statement": "Il neigera.", "condition": "En hiver."}, actor=owner.actor)
        editing.set_translation(session, claim, "fr", {"statement": "Il va neiger."}, actor=owner.actor)
        other = session.get_one(Claim, another.id)
        editing.set_translation(session, other, "fr", {"statement": "Autre chose."}, actor=owner.actor)
        editing.set_translation(session, other, "fr", {"statement": ""}, actor=owner.actor)
        editing.set_topics(session, claim, (topic.id,), actor=owner.actor)
        editing.set_topics(session, claim, (), actor=owner.actor)
        evidence.add_note(session, claim, "Ask the weather office.", actor=owner.actor)
        verdicts.add_postscript(session, session.get_one(Claim, first.id), "Still so.", actor=owner.actor)
    return database


def rows_found(database: Database) -> set[tuple[What, str | None]]:
    return {(finding.what, finding.row) for finding in checked(database, rows=True).findings}


def test_untouched_rows_agree_with_the_history(desk: Database):
    report = checked(desk, rows=True)
    assert report.findings == []
    assert report.rows == sum(
        count_of(desk, table)
        for table in (
            "article", "article_text", "claim", "claim_check", "editor", "evidence", "postscript", "relation", "speaker", "topic",
            "verdict", "verdict_decision", "claim_topic", "claim_translation", "note",
        )
    ) + count_of(desk, "editor") + 2  # fmt: skip  # the roles of each editor, the aliases of one speaker, the settings


def count_of(database: Database, table: str) -> int:
    with database.reading() as session:
        found: int = session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
        assert found
        return found


CHANGES = (
    ("UPDATE verdict SET outcome = 'refuted' WHERE id = 1", "verdict:1", "outcome"),
    ("UPDATE verdict SET rationale = 'We say so.' WHERE id = 1", "verdict:1", "rationale"),
    ("UPDATE verdict SET is_scored = NOT is_scored WHERE id = 1", "verdict:1", "is_scored"),
    ("UPDATE verdict SET known_on = '2024-01-01' WHERE id = 1", "verdict:1", "known_on"),
    ("UPDATE verdict SET proposed_at = '2024-01-01 00:00:00.000000' WHERE id = 1", "verdict:1", "proposed_at"),
    ("UPDATE verdict_decision SET decided_by_id = NULL WHERE id = 1", "decision:1", "decided_by_id"),
    ("UPDATE claim SET status = 'due' WHERE id = 1", "claim:1", "status"),
    ("UPDATE claim SET signed_verdict_id = NULL WHERE id = 1", "claim:1", "signed_verdict_id"),
    ("UPDATE claim SET confirmed_if = 'Anything happens.' WHERE id = 1", "claim:1", "confirmed_if"),
    ("UPDATE claim SET hedge = 'surely' WHERE id = 4", "claim:4", "hedge"),
    ("UPDATE claim SET deadline_on = '2030-01-01', deadline_source = 'stated' WHERE id = 4", "claim:4", "deadline_on"),
    ("UPDATE evidence SET url = 'https://example.org/other' WHERE id = 1", "evidence:1", "url"),
    ("UPDATE evidence SET visibility = 'public' WHERE visibility = 'internal'", "evidence:3", "visibility"),
    ("UPDATE evidence SET withdrawn_at = NULL WHERE withdrawn_at IS NOT NULL", "evidence:3", "withdrawn_at"),
    ("UPDATE claim_check SET exhaustive = NOT exhaustive WHERE id = 1", "check:1", "exhaustive"),
    ("UPDATE article SET published_on = '2020-01-01' WHERE id = 1", "article:1", "published_on"),
    ("UPDATE article_text SET article_id = 2 WHERE id = 1", "article_text:1", "article_id"),
    ("UPDATE article_text SET body = 'One.\n\nThree.' WHERE id = 1", "article_text:1", "body"),
    ("UPDATE speaker SET name = 'John Doe' WHERE id = 1", "speaker:1", "name"),
    ("UPDATE topic SET label_fr = 'Autre' WHERE id = 1", "topic:1", "label_fr"),
    ("UPDATE postscript SET body = 'No longer so.' WHERE id = 1", "postscript:1", "body"),
    ("UPDATE relation SET kind = 'duplicate_of' WHERE id = 1", "relation:1", "kind"),
    ("UPDATE claim_topic SET topic_id = 2 WHERE claim_id = 1 AND topic_id = 1", "topics of claim:1", "topics"),
    ("UPDATE claim_translation SET condition = 'En été.'", "translations of claim:4", "fr.condition"),
    ("UPDATE note SET body = 'Ask nobody.'", "note:1", "body"),
    ("UPDATE speaker_alias SET name = 'Janet' WHERE name = 'Doe'", "aliases of speaker:1", "aliases"),
    ("UPDATE editor_role SET role_id = 4 WHERE editor_id = 2", "roles of editor:2", "roles"),
    ("UPDATE editor SET active = NOT active WHERE id = 1", "editor:1", "active"),
    ("UPDATE setting SET value = 'true' WHERE key = 'second_signature'", "newsroom:1", "second_signature"),
    ("UPDATE setting SET value = '\"Another paper\"' WHERE key = 'name'", "newsroom:1", "name"),
)


def test_every_changed_field_is_found(desk: Database):
    with tampering(desk) as connection:
        for change, _, _ in CHANGES:
            assert connection.exec_driver_sql(change).rowcount == 1
    report = checked(desk, rows=True)
    assert {finding.what for finding in report.findings} == {What.ROW_CHANGED}
    assert sorted(f"{finding.row}:" + str(finding).split('"')[1] for finding in report.findings) == sorted(
        f"{row}:{field}" for _, row, field in CHANGES
    )
    assert checked(desk).ok, "the chain itself is whole"


def test_a_row_without_an_event_is_found(desk: Database):
    with desk.writing() as session:
        session.add(Topic(id=77, key="slipped", label_en="Slipped in", label_fr="Glissé"))
        session.add(settings.Setting(key="author_may_judge", value=False))
    report = checked(desk, rows=True)
    assert [finding.what for finding in report.findings] == [What.ROW_UNRECORDED, What.ROW_CHANGED]
    assert [finding.row for finding in report.findings] == ["topic:77", "newsroom:1"]
    assert "author_may_judge" in str(report.findings[1])


def test_a_row_that_is_gone_is_found(desk: Database):
    with tampering(desk) as connection:
        connection.exec_driver_sql("DELETE FROM evidence WHERE id = 2")
        connection.exec_driver_sql("DELETE FROM setting WHERE key = 'second_signature'")
        connection.exec_driver_sql("DELETE FROM note")
        connection.exec_driver_sql("DELETE FROM claim_translation")
    found = [(finding.what, finding.row, str(finding)) for finding in checked(desk, rows=True).findings]
    assert found[0][:2] == (What.ROW_GONE, "evidence:2")
    changed = {row: said for what, row, said in found if what is What.ROW_CHANGED}
    assert changed.keys() == {"translations of claim:4", "note:1", "newsroom:1"}
    assert "second_signature" in changed["newsroom:1"]


def test_a_claim_that_was_made_a_sample_behind_our_back_is_found(desk: Database):
    with tampering(desk) as connection:
        connection.exec_driver_sql("UPDATE claim SET is_sample = true WHERE id = 1")
    (finding,) = checked(desk, rows=True).findings
    assert (finding.what, finding.row) == (What.ROW_CHANGED, "claim:1")
    assert '"is_sample" is true' in str(finding)


def test_a_row_that_was_removed_and_recorded_so_is_not_missed_but_may_not_come_back(desk: Database):
    with desk.writing() as session:
        relation = session.get_one(Relation, 1)
        ledger.record(session, "claim:4", "relation.remove", actor=SYSTEM, data=ledger.removed(relation), row=relation)
        session.delete(relation)
    assert checked(desk, rows=True).ok
    with tampering(desk) as connection:
        connection.exec_driver_sql(
            "INSERT INTO relation (id, claim_id, other_id, kind, created_at) VALUES (1, 4, 1, 'part_of', '2024-01-01')"
        )
    assert rows_found(desk) == {(What.ROW_UNRECORDED, "relation:1")}


def test_the_zone_that_the_environment_seeded_is_on_record(database: Database):
    for zone in ("Asia/Seoul", "Europe/Paris"):
        with database.writing() as session:
            settings.seed_timezone(session, zone)
    report = checked(database, rows=True)
    assert report.findings == []
    assert report.last.seq == 1


def test_what_was_set_and_emptied_again_is_empty(desk: Database):
    with desk.reading() as session:
        assert session.get_one(Claim, 4).hedge == ""
    assert checked(desk, rows=True).ok


def test_rows_are_not_compared_where_the_chain_is_broken(desk: Database):
    with tampering(desk) as connection:
        connection.exec_driver_sql("UPDATE event SET kind = 'x' WHERE seq = 3")
        connection.exec_driver_sql("UPDATE claim SET status = 'due' WHERE id = 1")
    report = checked(desk, rows=True)
    assert [finding.what for finding in report.findings] == [What.EDITED]
    assert report.rows is None


def test_so_many_differences_are_named_and_no_more(database: Database):
    with database.writing() as session:
        session.add_all(Topic(key=f"topic-{n}", label_en=f"One {n}", label_fr=f"Un {n}") for n in range(MOST + 5))
    report = checked(database, rows=True)
    assert len(report.findings) == MOST
    assert report.more


def test_a_field_whose_words_were_erased_is_not_judged_until_it_is_set_anew(desk: Database):
    with desk.writing() as session:
        place = next(place for place in find_text(session, "claim:4", "It will snow.") if place.field == "set.statement")
        redact(session, place.seq, [place.field], "Names a minor", CHIEF)
    with tampering(desk) as connection:
        connection.exec_driver_sql("UPDATE claim SET statement = 'Anything' WHERE id = 4")
    report = checked(desk, rows=True)
    assert report.ok
    assert (report.erased, report.rows_unjudged) == (1, 1)
    with desk.writing() as session:
        claim = session.get_one(Claim, 4)
        editing.edit(session, claim, {"statement": "It will rain."}, actor=CHIEF, version=claim.version)
    assert checked(desk, rows=True).rows_unjudged == 0
    with tampering(desk) as connection:
        connection.exec_driver_sql("UPDATE claim SET statement = 'Anything' WHERE id = 4")
    assert rows_found(desk) == {(What.ROW_CHANGED, "claim:4")}


def test_batches_that_end_between_two_changes_of_a_row_make_no_difference(desk: Database, monkeypatch: pytest.MonkeyPatch):
    for size in (1, 2, 3):
        monkeypatch.setattr("tracker.ledger.reading.BATCH", size)
        monkeypatch.setattr("tracker.ledger.replay.BATCH", size)
        report = checked(desk, rows=True)
        assert report.findings == []
    with tampering(desk) as connection:
        connection.exec_driver_sql("DELETE FROM evidence WHERE id = 2")
        connection.exec_driver_sql("UPDATE claim SET status = 'due' WHERE id = 1")
    assert rows_found(desk) == {(What.ROW_GONE, "evidence:2"), (What.ROW_CHANGED, "claim:1")}


def test_verification_reports_progress(desk: Database):
    from tracker.ledger.reading import one_moment
    from tracker.ledger.verify import verify

    told: list[tuple[str, int, int]] = []
    say: Callable[[str, int, int], None] = lambda *what: told.append(what)  # noqa: E731
    with one_moment(desk) as session:
        report = verify(session, rows=True, progress=say)
    assert ("lines", report.last.seq, report.last.seq) in told
    assert told[-1] == ("rows", report.rows, told[-1][2])
