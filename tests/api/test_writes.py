"""What programs write: once however often it is sent, never over a change of others, and never a signature."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from tests.api.support import Program, Programs
from tests.api.test_authentication import problem
from tests.factories import (
    events_of,
    everyday,
    fresh,
    make_article,
    make_claim,
    make_editor,
    make_evidence,
    make_topic,
    verdicts_of,
)
from tests.support import bad_inputs
from tests.support.web import SignIn
from tracker import clock
from tracker.api import jobs, rate_limit
from tracker.api.models import ApiRequest
from tracker.api.operations import OPERATIONS
from tracker.articles.models import Article
from tracker.claims.models import Claim, Evidence, Note
from tracker.claims.services import verdicts
from tracker.db import Database
from tracker.intake.models import ArticleSource
from tracker.ledger.verify import verify

SOURCE = {"title": "Press release", "stance": "supports", "url": "https://example.org/press"}


def count(database: Database, model: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_article_and_tracked_claim_are_added(program: Programs, database: Database):
    topic = make_topic(database)
    bot = program()
    article = bot.post(
        "/articles",
        {"article_title": "The port", "article_language": "en", "article_published_on": "2026-03-02", "text": "A ferry."},
    )
    assert article.status_code == 201, article.text
    answer = bot.post(
        "/claims",
        {
            "article_id": article.json["article_id"],
            "statement": "A ferry line will open.",
            "review_on": "2027-01-15",
            "topics": [topic.key],
            "track": True,
        },
    )
    assert (answer.status_code, answer.json["status"]) == (201, "open"), answer.text
    row = bot.get(answer.headers["Location"]).json
    assert (row["statement"], row["topics"], row["article_title"]) == ("A ferry line will open.", [topic.key], "The port")
    assert answer.headers["ETag"] == f'"claim-{row["claim_id"]}-{row["version"]}"'


def test_event_has_the_owner_as_actor_and_the_token_as_way(program: Programs, database: Database):
    claim, bot = make_claim(database, "due"), program()
    assert bot.post(f"/claims/{claim.id}/evidence", SOURCE).status_code == 201
    event = events_of(database, claim)[-1]
    assert (event.kind, event.actor) == ("evidence.add", f"editor:{bot.owner.id}")
    assert json.loads(event.canonical)["data"]["via"] == f"token:{bot.token_id}"
    with database.reading() as session:
        assert verify(session, rows=True).findings == []


def test_change_needs_the_version(program: Programs, database: Database):
    claim, bot = make_claim(database, "open"), program()
    problem(bot.send("PATCH", f"/claims/{claim.id}", {"hedge": "perhaps"}), 428)
    assert fresh(database, claim).version == claim.version
    etag = bot.get(f"/claims/{claim.id}").headers["ETag"]
    answer = bot.send("PATCH", f"/claims/{claim.id}", {"hedge": "perhaps"}, version=etag)
    assert (answer.status_code, answer.json["version"]) == (200, claim.version + 1)
    assert fresh(database, claim).hedge == "perhaps"


def test_stale_change_names_version_and_clashing_fields(program: Programs, database: Database):
    claim, bot = make_claim(database, "open"), program()
    etag = bot.get(f"/claims/{claim.id}").headers["ETag"]
    assert bot.send("PATCH", f"/claims/{claim.id}", {"hedge": "perhaps"}, version=etag).status_code == 200
    found = problem(bot.send("PATCH", f"/claims/{claim.id}", {"hedge": "surely", "condition": "If."}, version=etag), 412)
    assert found["version"] == claim.version + 1
    assert [(error["field"], error["code"]) for error in found["errors"]] == [("hedge", "clash")]
    assert (fresh(database, claim).hedge, fresh(database, claim).condition) == ("perhaps", "")
    for wrong in ('"claim-999-1"', '"x"', f'"claim-{claim.id}-99"'):
        problem(bot.send("PATCH", f"/claims/{claim.id}", {"hedge": "surely"}, version=wrong), 412)


def test_of_two_changes_at_once_one_is_stale(program: Programs, database: Database):
    claim, bot = make_claim(database, "open"), program()
    version, together = f'"claim-{claim.id}-{claim.version}"', threading.Barrier(2)

    def change(field: str) -> int:
        together.wait()
        return bot.send("PATCH", f"/claims/{claim.id}", {field: "perhaps"}, version=version).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(change, ("hedge", "condition"))) == [200, 412]
    row = fresh(database, claim)
    assert sorted((row.hedge, row.condition)) == ["", "perhaps"]
    assert row.version == claim.version + 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nothing": 1}, "nothing"), ({"title": "x"}, "stance"), ({**SOURCE, "title": ""}, "title"),
        ({**SOURCE, "title": 3}, "title"),
        ({**SOURCE, "stance": "for"}, "stance"), ({**SOURCE, "published_on": "2024-02-30"}, "published_on"),
        ({**SOURCE, "published_on": "2999-01-01"}, "published_on"), ({**SOURCE, "url": "javascript:alert(1)"}, "url"),
        ({**SOURCE, "note": "a\x00b"}, "note"), ({**SOURCE, "note": "\ud800"}, "note"),
        ({**SOURCE, "note": "x" * 10_001}, "note"),
        ({**SOURCE, "title": "a\u202eb"}, "title"), ({**SOURCE, "about": "condition"}, "about"),
    ],
)  # fmt: skip
def test_body_that_does_not_fit_is_refused_by_field(program: Programs, database: Database, body: dict[str, Any], field: str):
    claim = make_claim(database, "due")
    before = count(database, Evidence)
    found = problem(program().post(f"/claims/{claim.id}/evidence", body), 422)
    assert [error["field"] for error in found["errors"]] == [field]
    assert count(database, Evidence) == before
    assert count(database, ApiRequest) == 0


@pytest.mark.parametrize("body", [b"", b"{", b'{"title":"a","title":"b"}', b'{"title":NaN}', b"\xff", b"[" * 100_000, b"{}{}"])
def test_body_that_is_no_json_is_refused(program: Programs, database: Database, body: bytes):
    claim = make_claim(database, "due")
    answer = program().open(
        "POST",
        f"/claims/{claim.id}/evidence",
        data=body,
        content_type="application/json",
        headers={"Idempotency-Key": "k" * 8},
    )
    problem(answer, 400)


def test_body_of_another_kind_is_refused(program: Programs, database: Database):
    claim = make_claim(database, "due")
    for kind in ("text/xml", "application/x-www-form-urlencoded", ""):
        answer = program().open("POST", f"/claims/{claim.id}/evidence", data="{}", content_type=kind)
        problem(answer, 415)


@pytest.mark.parametrize("key", ["", "short", "x" * 129, "with space", "é" * 9])
def test_post_needs_a_usable_key(program: Programs, database: Database, key: str):
    claim = make_claim(database, "due")
    headers = {"Idempotency-Key": key} if key else {}
    problem(program().open("POST", f"/claims/{claim.id}/evidence", json=SOURCE, headers=headers), 400)


def test_same_key_and_body_is_answered_as_the_first_time(program: Programs, database: Database):
    claim, bot = make_claim(database, "due"), program()
    before = count(database, Evidence)
    first = bot.post(f"/claims/{claim.id}/evidence", SOURCE, key="the-same-key")
    again = bot.post(f"/claims/{claim.id}/evidence", SOURCE, key="the-same-key")
    assert (again.status_code, again.json, again.headers["Location"]) == (201, first.json, first.headers["Location"])
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert count(database, Evidence) == before + 1


def test_same_key_for_other_work_is_refused(program: Programs, database: Database):
    claim, bot = make_claim(database, "due"), program()
    bot.post(f"/claims/{claim.id}/evidence", SOURCE, key="the-same-key")
    problem(bot.post(f"/claims/{claim.id}/evidence", {**SOURCE, "title": "Another"}, key="the-same-key"), 422)
    problem(bot.post(f"/claims/{make_claim(database, 'due').id}/evidence", SOURCE, key="the-same-key"), 422)
    other = program()
    assert other.post(f"/claims/{claim.id}/evidence", SOURCE, key="the-same-key").status_code == 201


def test_key_is_kept_for_a_day(program: Programs, database: Database):
    claim, bot = make_claim(database, "due"), program()
    bot.post(f"/claims/{claim.id}/evidence", SOURCE, key="the-same-key")
    assert jobs.tidy(database, lambda: False) == {"requests": 0}
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        answer = bot.post(f"/claims/{claim.id}/evidence", SOURCE, key="the-same-key")
        assert "Idempotent-Replayed" not in answer.headers
    with time_machine.travel(clock.now() + timedelta(hours=51)):
        assert jobs.tidy(database, lambda: False) == {"requests": 1}


def test_refused_work_leaves_its_key_free(program: Programs, database: Database):
    claim, bot = make_claim(database, "due"), program()
    problem(bot.post(f"/claims/{claim.id}/evidence", {**SOURCE, "url": "ftp:"}, key="the-same-key"), 422)
    assert bot.post(f"/claims/{claim.id}/evidence", SOURCE, key="the-same-key").status_code == 201


def test_double_posts_of_many_threads_work_once_each(program: Programs, database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(rate_limit.LIMITS, "write", 1_000)
    claim, bots = make_claim(database, "due"), [program() for _ in range(4)]
    before = count(database, Evidence)

    def send(number: int) -> int:
        bot: Program = bots[number % 4]
        body = {**SOURCE, "title": f"Source {number}"}
        return bot.post(f"/claims/{claim.id}/evidence", body, key=f"key-of-{number:04}").status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(send, [number for number in range(100) for _ in range(2)]))
    assert statuses == [201] * 200
    assert count(database, Evidence) == before + 100


def test_moves_are_made_with_their_version(program: Programs, database: Database):
    claim, bot = make_claim(database), program()

    def move(name: str, **more: Any) -> Any:
        version = bot.get(f"/claims/{claim.id}").headers["ETag"]
        return bot.post(f"/claims/{claim.id}/moves", {"move": name, **more}, version=version)

    problem(bot.post(f"/claims/{claim.id}/moves", {"move": "track"}), 428)
    assert move("track").json["status"] == "open"
    problem(move("track"), 409)
    later = claim.review_on.replace(year=2099).isoformat()
    assert problem(move("postpone", reason="Later."), 422)["errors"][0]["field"] == "review_on"
    assert move("postpone", review_on=later, reason="Later.").json["status"] == "open"
    assert move("withdraw", withdraw_reason="mistake").json["status"] == "withdrawn"
    assert fresh(database, claim).review_on.isoformat() == later


@pytest.mark.parametrize(
    ("name", "status"),
    [("sign", 403), ("return", 403), ("decide", 403), ("restore", 403), ("recall", 422), ("flag", 422)],
)
def test_no_program_signs_or_decides(program: Programs, database: Database, name: str, status: int):
    claim = make_claim(database, "proposed")
    bot = program("chief")
    version = bot.get(f"/claims/{claim.id}").headers["ETag"]
    problem(bot.post(f"/claims/{claim.id}/moves", {"move": name}, version=version), status)
    assert fresh(database, claim).status == "proposed"
    assert not any(word in operation.path for operation in OPERATIONS.values() for word in ("sign", "decide", "merge", "people"))


def test_owner_cannot_sign_what_their_program_proposed(program: Programs, sign_in: SignIn, database: Database):
    owner, other = make_editor(database), make_editor(database)
    claim = make_claim(database, "due")
    make_evidence(database, claim)
    bot = program(owner, "read", "propose")
    verdict = everyday(claim)
    body = {
        "proposal": "verdict",
        "verdict": verdict.outcome.value,
        "rationale": verdict.rationale,
        "known_on": verdict.known_on.isoformat() if verdict.known_on else None,
        "occurred_from": verdict.occurred_from.isoformat() if verdict.occurred_from else None,
    }
    version = bot.get(f"/claims/{claim.id}").headers["ETag"]
    answer = bot.post(f"/claims/{claim.id}/proposals", body, version=version)
    assert (answer.status_code, answer.json["status"]) == (201, "proposed"), answer.text
    form = {"version": answer.json["version"], "action": "sign"}
    refused = sign_in(owner).post(f"/claims/{claim.id}/signoff", data=form)
    assert refused.status_code == 403
    assert fresh(database, claim).status == "proposed"
    with database.writing() as session:
        verdicts.sign(session, session.get_one(Claim, claim.id), actor=other.actor, version=answer.json["version"])
    assert fresh(database, claim).status == "resolved"
    assert [row.proposed_by_id for row in verdicts_of(database, claim)] == [owner.id]


def test_note_is_written_and_never_read(program: Programs, database: Database):
    claim, bot = make_claim(database, "due"), program()
    assert bot.post(f"/claims/{claim.id}/notes", {"body": "Call the port."}).status_code == 201
    assert count(database, Note) == 1
    refused = problem(bot.open("GET", f"/claims/{claim.id}/notes"), 405)
    assert refused["title"] == "This address does not work that way"


def test_suggested_address_is_queued_to_be_read(program: Programs, database: Database):
    bot = program("editor", "suggest")
    answer = bot.post("/suggestions", {"url": "https://example.org/news"})
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/articles/sources/{answer.json['source_id']}")
    problem(bot.post("/suggestions", {"url": "http://127.0.0.1/"}), 422)
    assert count(database, ArticleSource) == 1


def test_taken_external_id_is_a_conflict(program: Programs, database: Database):
    article = make_article(database)
    bot, body = program(), {"article_id": article.id, "statement": "A ferry.", "external_id": "k-1"}
    assert bot.post("/claims", body).status_code == 201
    problem(bot.post("/claims", body), 409)
    title = {"article_title": "T", "article_language": "en", "article_published_on": "2026-01-01", "article_external_id": "a-1"}
    assert bot.post("/articles", title).status_code == 201
    problem(bot.post("/articles", title), 409)
    assert (count(database, Claim), count(database, Article)) == (1, 2)


def test_review_date_of_a_tracked_claim_is_not_silently_kept(program: Programs, database: Database):
    claim, bot = make_claim(database, "open"), program()
    version = bot.get(f"/claims/{claim.id}").headers["ETag"]
    found = problem(bot.send("PATCH", f"/claims/{claim.id}", {"review_on": "2099-01-01"}, version=version), 422)
    assert found["errors"][0]["field"] == "review_on"
    problem(bot.send("PATCH", f"/claims/{claim.id}", {}, version=version), 422)
    problem(bot.send("PATCH", f"/claims/{claim.id}", {"statement": None}, version=version), 422)


@pytest.mark.parametrize("name", bad_inputs.named("json_bodies"))
def test_hostile_body_is_a_problem_at_every_operation(program: Programs, database: Database, name: str):
    claim = make_claim(database, "due")
    bot, body = program(), bad_inputs.named("json_bodies")[name].encode()
    for path in (
        "/articles",
        "/claims",
        "/suggestions",
        *(f"/claims/{claim.id}/{what}" for what in ("evidence", "checks", "notes")),
    ):
        answer = bot.open(
            "POST", path, data=body, content_type="application/json", headers={"Idempotency-Key": f"key-{len(path)}-{name}"}
        )
        assert answer.status_code in (400, 404, 422), (path, answer.status_code)
        assert answer.mimetype == "application/problem+json"
        assert "Traceback" not in answer.text
    assert (count(database, Evidence), count(database, Claim)) == (0, 1)


@pytest.mark.parametrize("name", bad_inputs.named("json_values"))
def test_hostile_value_is_refused_at_its_field(program: Programs, database: Database, name: str):
    claim = make_claim(database, "due")
    value = bad_inputs.named("json_values")[name]
    found = problem(program().post(f"/claims/{claim.id}/evidence", {**SOURCE, "title": value}), 422)
    assert [error["field"] for error in found["errors"]] == ["title"]
    assert count(database, Evidence) == 0
