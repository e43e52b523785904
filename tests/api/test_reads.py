"""What programs read: pages that neither skip nor repeat, filters that are never ignored, and nothing that stays inside."""

import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine

from tests.api.support import Programs
from tests.api.test_authentication import problem
from tests.claims.crowd import fill, watched
from tests.factories import (
    DESK,
    REVIEW_ON,
    make_article,
    make_check,
    make_claim,
    make_editor,
    make_evidence,
    make_speaker,
    make_topic,
)
from tracker import clock
from tracker.api.reading import INCLUDES
from tracker.api.resources import CLAIM_COLUMNS, RESOURCES
from tracker.claims import lifecycle
from tracker.claims.enums import Attribution, Outcome, Visibility
from tracker.claims.models import Claim, Hold, Speaker
from tracker.claims.services import editing, evidence, speakers
from tracker.db import Database
from tracker.exports import claims, verdicts
from tracker.exports.tables import TABLES

MARK = "Zebulon"


def test_claim_has_the_columns_of_the_export(program: Programs, database: Database):
    topic = make_topic(database, "Trade", "Commerce")
    claim = make_claim(database, "due", topics=[topic])
    row = program().get(f"/claims/{claim.id}").json
    assert tuple(row) == CLAIM_COLUMNS
    assert set(CLAIM_COLUMNS) - {"version"} <= set(claims.COLUMNS)
    assert (row["claim_id"], row["status"], row["topics"], row["version"]) == (claim.id, "due", [topic.key], claim.version)
    assert row["review_on"] == claim.review_on.isoformat()
    assert row["external_id"] is row["hedge"] is row["verdict"] is None


def test_verdict_list_is_the_export(program: Programs, database: Database):
    claim = make_claim(database, "resolved")
    make_claim(database, "proposed")
    (row,) = program().items("/verdicts")
    with database.reading() as session:
        (exported,) = list(TABLES["verdicts"].rows(session))
    assert tuple(row) == verdicts.COLUMNS
    assert row["claim_id"] == claim.id
    for name, value in zip(verdicts.COLUMNS, exported, strict=True):
        assert row[name] == (list(value) if isinstance(value, tuple) else None if value == "" else value), name


def test_pages_neither_skip_nor_repeat(program: Programs, database: Database):
    article = make_article(database)
    made = [make_claim(database, "open", article=article).id for _ in range(7)]
    bot = program()
    first = bot.get("/claims?limit=3").json
    assert [row["claim_id"] for row in first["items"]] == made[:3]
    late = make_claim(database, "open", article=article).id
    assert [row["claim_id"] for row in bot.items("/claims?limit=3")] == [*made, late]
    assert f'<{first["next"]}>; rel="next"' == bot.get("/claims?limit=3").headers["Link"]


def test_page_has_fifty_rows_and_two_hundred_at_most(program: Programs, database: Database):
    fill(database, 201)
    bot = program()
    for query, rows in (("", 50), ("?limit=1", 1), ("?limit=200", 200)):
        page = bot.get(f"/claims{query}").json
        assert (len(page["items"]), page["next"] is None) == (rows, False), query
    assert len(bot.items("/claims?limit=200")) == 201


def test_walk_is_whole_while_others_insert(program: Programs, database: Database):
    article = make_article(database)
    made = [make_claim(database, article=article).id for _ in range(40)]
    bot, stop = program(), threading.Event()

    def insert() -> None:
        while not stop.is_set():
            make_claim(database, article=article)

    writers = [threading.Thread(target=insert) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        found: list[int] = []
        following: str | None = "/claims?limit=5"
        while following and len(found) < 60:
            page = bot.get(following).json
            found += [row["claim_id"] for row in page["items"]]
            following = page["next"]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert len(found) == len(set(found))
    assert set(made) <= set(found)


def test_count_is_capped(program: Programs, database: Database, monkeypatch: pytest.MonkeyPatch):
    for _ in range(3):
        make_claim(database)
    bot = program()
    assert bot.get("/claims?count=true&limit=1").json["count"] == 3
    assert "count" not in bot.get("/claims").json
    monkeypatch.setattr("tracker.api.reading.COUNT_MAX", 2)
    assert bot.get("/claims?count=true").json["count"] == "2+"


def test_filters_narrow_the_list(program: Programs, database: Database):
    topic, speaker, owner = make_topic(database), make_speaker(database), make_editor(database)
    named = {"speaker_id": speaker.id, "attribution": Attribution.STATED}
    wanted = make_claim(database, "resolved", topics=[topic], owner=owner, statement="A ferry will sail.", **named)
    make_claim(database, "open", language="fr", statement="Un port ouvrira.")
    bot = program()
    for query in (
        "status=resolved", "verdict=confirmed", f"article={wanted.article_id}", f"speaker={speaker.id}", f"topic={topic.id}",
        f"owner={owner.id}", "language=en", f"due_from={wanted.review_on}&language=en", "q=ferry", "q=ferry&status=resolved",
    ):  # fmt: skip
        assert [row["claim_id"] for row in bot.items(f"/claims?{query}")] == [wanted.id], query
    assert bot.items("/claims?q=ferry&status=open") == []
    assert bot.items("/claims?q=...") == []
    assert bot.items(f"/claims?due_to={wanted.review_on - timedelta(days=1)}") == []
    later = (clock.now() + timedelta(days=1)).date()
    assert bot.items(f"/claims?changed_since={later}") == []
    assert len(bot.items("/verdicts?signed_since=2000-01-01T00:00:00Z")) == 1
    assert bot.items(f"/verdicts?signed_since={later}") == []


def test_changed_claims_come_in_the_order_of_their_changes(program: Programs, database: Database):
    made = [make_claim(database, "open") for _ in range(5)]
    bot = program()
    whole = bot.items("/claims?changed_since=2000-01-01&limit=2")
    assert [row["claim_id"] for row in whole] == [claim.id for claim in made]
    page = bot.get("/claims?changed_since=2000-01-01&limit=2").json
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        rename(database, made[0])
    rest = bot.items(page["next"])
    # What changed while the list was walked comes again, as it is now, and what did not is there once.
    assert [row["claim_id"] for row in rest] == [claim.id for claim in (*made[2:], made[0])]
    assert rest[-1]["statement"] == "The ferry sails again by May."


def test_signed_verdicts_come_in_the_order_of_their_signatures(program: Programs, database: Database):
    made = [make_claim(database, "resolved", review_on=REVIEW_ON + timedelta(days=9 - back)) for back in range(5)]
    bot = program()
    found = bot.items("/verdicts?signed_since=2000-01-01&limit=2")
    assert [row["claim_id"] for row in found] == [claim.id for claim in reversed(made)]
    assert bot.items(f"/verdicts?signed_since={(clock.now() + timedelta(hours=1)).isoformat().replace('+', '%2B')}") == []


def test_cursor_by_time_is_refused_elsewhere(program: Programs, database: Database):
    for _ in range(2):
        make_claim(database)
    bot = program()
    cursor = bot.get("/claims?limit=1&changed_since=2000-01-01").json["next"].rpartition("after=")[2]
    problem(bot.get(f"/claims?limit=1&after={cursor}"), 422)
    problem(bot.get(f"/claims?limit=1&changed_since=2000-01-02&after={cursor}"), 422)
    assert bot.get(f"/claims?limit=1&changed_since=2000-01-01&after={cursor}").status_code == 200


def test_search_is_paged_newest_first(program: Programs, database: Database):
    article = make_article(database)
    made = [make_claim(database, article=article, statement="A ferry will sail.").id for _ in range(5)]
    bot = program()
    assert [row["claim_id"] for row in bot.items("/claims?q=ferry&limit=2")] == made[::-1]
    assert bot.get("/claims?q=ferry&count=true").json["count"] == 5


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("stauts=open", "stauts"), ("status=opened", "status"), ("status=open&status=due", "status"), ("limit=0", "limit"),
        ("limit=201", "limit"), ("limit=x", "limit"), ("after=x", "after"), ("after=WzFd.x", "after"), ("count=maybe", "count"),
        ("speaker=-1", "speaker"), ("topic=99999999999999999999", "topic"), ("due_from=2024-02-30", "due_from"),
        ("due_from=20240201", "due_from"), ("changed_since=2024-01-01T00:00:00", "changed_since"), ("language=%00", "language"),
        ("changed_since=0001-01-01T00:00:00%2B23:00", "changed_since"), ("q=%00", "q"), ("q=" + "x" * 401, "q"),
    ],
)  # fmt: skip
def test_unknown_or_unusable_parameter_is_refused_by_name(program: Programs, query: str, field: str):
    found = problem(program().get(f"/claims?{query}"), 422)
    assert [error["field"] for error in found["errors"]] == [field]


def test_cursor_of_another_list_is_refused(program: Programs, database: Database):
    for _ in range(3):
        make_claim(database)
    bot = program()
    cursor = bot.get("/claims?limit=1").json["next"].rpartition("after=")[2]
    assert bot.get(f"/claims?limit=1&after={cursor}").status_code == 200
    problem(bot.get(f"/claims?limit=1&status=draft&after={cursor}"), 422)
    problem(bot.get(f"/evidence?after={cursor}"), 422)


def test_unchanged_claim_is_answered_by_304(program: Programs, database: Database):
    claim = make_claim(database, "open")
    bot = program()
    etag = bot.get(f"/claims/{claim.id}").headers["ETag"]
    assert etag.startswith(f'"claim-{claim.id}-{claim.version}-')
    again = bot.get(f"/claims/{claim.id}", headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)


def test_unchanged_claim_is_not_read_again(program: Programs, database: Database):
    claim, other = make_claim(database, "open"), make_claim(database, "open")
    bot = program()
    etag = bot.get(f"/claims/{claim.id}").headers["ETag"]

    def ask() -> tuple[int, bool]:
        with database.reading() as session, watched(session) as seen:
            answer = bot.get(f"/claims/{claim.id}", headers={"If-None-Match": etag})
        return answer.status_code, any("FROM claim" in statement for statement, _ in seen)

    assert ask() == (304, True)
    assert ask() == (304, False)
    rename(database, other)
    assert ask() == (304, False)  # events of other claims change nothing here
    rename(database, claim)
    assert ask() == (200, True)


def rename(database: Database, claim: Claim) -> None:
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, {"statement": "The ferry sails again by May."}, actor=DESK, version=own.version)


def test_claim_has_another_etag_when_what_belongs_to_it_is_renamed(program: Programs, database: Database):
    speaker, topic = make_speaker(database, "Vera Lind"), make_topic(database)
    claim = make_claim(database, "open", speaker_id=speaker.id, attribution=Attribution.STATED, topics=[topic])
    bot = program()
    path = f"/claims/{claim.id}"
    bot.get(path, headers={"If-None-Match": '"another"'})
    etag = bot.get(path).headers["ETag"]
    assert bot.get(path, headers={"If-None-Match": etag}).status_code == 304
    with database.writing() as session:
        own = session.get_one(Speaker, speaker.id)
        new = {"name": "Vera Lund", "kind": own.kind, "affiliation": own.affiliation, "aliases": ()}
        speakers.edit_speaker(session, own, actor=DESK, **new)
    again = bot.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.json["speaker"]) == (200, "Vera Lund")


def test_etag_of_one_reader_is_none_of_another(program: Programs, database: Database):
    speaker = make_speaker(database, MARK)
    claim = make_claim(database, "open", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    desk, outside = program("editor", "read:desk"), program("editor", "read")
    path = f"/claims/{claim.id}"
    etag = desk.get(path).headers["ETag"]
    for _ in range(2):
        assert desk.get(path, headers={"If-None-Match": etag}).status_code == 304
        answer = outside.get(path, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.json["speaker"]) == (200, None)


def test_flagged_claim_has_another_etag_with_the_same_version(program: Programs, database: Database):
    claim = make_claim(database, "open")
    bot = program()
    etag = bot.get(f"/claims/{claim.id}").headers["ETag"]
    with database.writing() as session:
        assert lifecycle.flag_batch(session, claim.review_on, limit=10, at=clock.now()) == 1
    answer = bot.get(f"/claims/{claim.id}", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.json["status"], answer.json["version"]) == (200, "due", claim.version)


def test_claim_includes_what_is_asked_for(program: Programs, database: Database):
    claim = make_claim(database, "resolved")
    make_check(database, claim, visibility=Visibility.PUBLIC)
    with database.writing() as session:
        words = {"statement": "Le sommet apportera un contrat."}
        editing.set_translation(session, session.get_one(Claim, claim.id), "fr", words, actor=DESK)
    bot = program("editor", "read")
    row = bot.get(f"/claims/{claim.id}?include={','.join(INCLUDES)}").json
    assert [each["verdict"] for each in row["verdicts"]] == ["confirmed"]
    assert [each["statement"] for each in row["translations"]] == ["Le sommet apportera un contrat."]
    assert row["evidence"]
    assert row["checks"]
    assert "evidence" not in bot.get(f"/claims/{claim.id}?include=checks").json
    for wrong in ("notes", "checks,checks"):
        problem(bot.get(f"/claims/{claim.id}?include={wrong}"), 422)


@pytest.mark.parametrize("scope", ["read", "read:desk"])
def test_what_stays_inside_leaves_only_to_who_may_see_it(program: Programs, database: Database, scope: str):
    speaker = make_speaker(database, f"{MARK} Implied", affiliation=f"{MARK} office")
    claim = make_claim(database, "due", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    make_evidence(database, claim, title=f"{MARK} internal", visibility=Visibility.INTERNAL)
    make_check(database, claim, found=f"{MARK} internal check")
    with database.writing() as session:
        evidence.add_note(session, session.get_one(Claim, claim.id), f"{MARK}'s note", actor=DESK)
    bot = program("chief", scope)
    paths = [
        *(f"/{name}" for name in RESOURCES), f"/claims/{claim.id}?include={','.join(INCLUDES)}", "/events?limit=200", "/me",
        f"/claims?speaker={speaker.id}", f"/claims?q={MARK}", f"/evidence?claim={claim.id}",
    ]  # fmt: skip
    seen = "\n".join(bot.get(path).text for path in paths)
    inside = (f"{MARK} Implied", f"{MARK} office", f"{MARK} internal", f"{MARK} internal check")
    assert f"{MARK}'s note" not in seen
    assert [text in seen for text in inside] == [scope == "read:desk"] * len(inside)
    found = bot.get(f"/claims/{claim.id}").json
    assert (found["speaker_id"] is not None) is (scope == "read:desk")
    assert bool(bot.items(f"/claims?speaker={speaker.id}")) is (scope == "read:desk")
    assert bot.items(f"/claims?q={MARK}") == []  # who is only implied is no word of a claim


@pytest.mark.parametrize("scope", ["read", "read:desk"])
def test_held_and_unsigned_verdicts_need_the_desk(program: Programs, database: Database, scope: str):
    held, waiting = make_claim(database, "resolved"), make_claim(database, "proposed", outcome=Outcome.REFUTED)
    with database.writing() as session:
        session.add(Hold(verdict_id=held.signed_verdict_id, claim_id=held.id, until=clock.now() + timedelta(days=3)))
    bot = program("editor", scope)
    is_desk = scope == "read:desk"
    assert bot.get(f"/claims/{held.id}").json["verdict"] == ("confirmed" if is_desk else None)
    assert bool(bot.items("/claims?verdict=confirmed")) is is_desk
    assert bool(bot.get(f"/claims/{held.id}?include=verdicts").json["verdicts"]) is is_desk
    assert bool(bot.get(f"/claims/{waiting.id}?include=verdicts").json["verdicts"]) is is_desk
    assert bot.items("/verdicts") == []


def test_lists_take_few_queries(program: Programs, database: Database):
    article = make_article(database)
    for _ in range(6):
        make_claim(database, "resolved", article=article, topics=[make_topic(database)])
    bot = program()
    bot.get("/me")

    def queries(path: str) -> int:
        with database.reading() as session, watched(session) as seen:
            assert bot.get(path).status_code == 200
        return len(seen)

    counts = {path: queries(f"{path}?limit=200") for path in ("/claims", "/evidence", "/verdicts", "/speakers")}
    assert counts["/claims"] <= 6, counts
    assert counts == {path: queries(f"{path}?limit=2") for path in counts}


def test_events_are_every_number_once_with_the_head(program: Programs, database: Database):
    for _ in range(5):
        make_claim(database, "open")
    bot = program("editor", "read")
    found = bot.items("/events?limit=7")
    assert [row["seq"] for row in found] == list(range(1, len(found) + 1))
    for earlier, later in pairwise(found):
        assert later["prev_hash"] == earlier["hash"]
    page = bot.get(f"/events?after={len(found)}").json
    assert (page["items"], page["next"]) == ([], None)
    assert page["head"] == {"seq": len(found), "hash": found[-1]["hash"]}
    make_claim(database)
    (new,) = [row for row in bot.items(f"/events?after={len(found)}") if row["kind"] == "claim.created"]
    assert new["event"] is None


def test_events_withhold_what_is_not_the_readers(program: Programs, database: Database):
    claim = make_claim(database, "due")
    make_evidence(database, claim, visibility=Visibility.INTERNAL)
    with database.writing() as session:
        evidence.add_note(session, session.get_one(Claim, claim.id), "Private.", actor=DESK)

    def shown(role: str, scope: str) -> dict[str, Any]:
        rows = program(role, scope).items("/events?limit=200")
        return {"kinds": {row["kind"] for row in rows}, "content": any(row["event"] for row in rows), "rows": rows}

    public, desk, chief = shown("editor", "read"), shown("editor", "read:desk"), shown("chief", "read:desk")
    for each in (public, desk, chief):
        assert "note.add" not in each["kinds"]
        assert "claim.created" in each["kinds"]
    assert "evidence.add" not in public["kinds"]
    assert "evidence.add" in desk["kinds"]
    assert "editor.created" not in desk["kinds"]
    assert "editor.created" in chief["kinds"]
    assert (public["content"], desk["content"]) == (False, True)
    note = [row for row in desk["rows"] if row["subject"] is None and row["kind"] is None]
    assert note
    assert all(row["hash"] and row["at"] and row["event"] is row["actor"] is None for row in note)
