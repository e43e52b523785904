"""Who is let in, how often, and that every refusal is JSON."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.api.support import Programs, make_program
from tests.claims.crowd import watched
from tests.factories import make_claim, make_editor
from tests.support.web import AppFactory, SignIn
from tracker import clock
from tracker.accounts import people, tokens
from tracker.accounts.models import ApiToken, Editor
from tracker.api import rate_limit
from tracker.api.resources import RESOURCES
from tracker.config import MonitoringSettings
from tracker.db import Database
from tracker.ledger import SYSTEM
from tracker.web.access import PUBLIC, declare

PROBLEM = "application/problem+json"


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM), answer.text
    found: dict[str, Any] = answer.json
    assert found["status"] == status
    assert found["instance"] == answer.headers["X-Request-ID"]
    assert found["type"].startswith("/api/v1/problems/")
    assert found["title"]
    assert found["detail"]
    return found


def test_request_without_a_token_is_refused_with_a_challenge(app: Flask):
    answer = app.test_client().get("/api/v1/claims")
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="tracker"'


@pytest.mark.parametrize(
    "given", ["Bearer x", "Basic YTpi", "Bearer trk_" + "x" * 49, "Bearer " + "é" * 53, "bearer", "Bearer \u2603"]
)
def test_wrong_token_is_refused(app: Flask, database: Database, given: str):
    answer = app.test_client().get("/api/v1/claims", headers={"Authorization": given.encode("utf-8").decode("latin-1")})
    problem(answer, 401)
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_token_in_the_address_opens_nothing(program: Programs):
    bot = program()
    bot.secret, secret = "", bot.secret
    problem(bot.get(f"/claims?access_token={secret}"), 401)


def test_session_of_a_browser_opens_nothing(sign_in: SignIn):
    problem(sign_in("chief").get("/api/v1/claims"), 401)


@pytest.mark.parametrize("given", ["", "Bearer x", "Bearer trk_" + "x" * 49])
def test_request_that_cannot_hold_a_token_asks_the_database_nothing(app: Flask, database: Database, given: str):
    with database.reading() as session, watched(session) as seen:
        problem(app.test_client().get("/api/v1/claims", headers={"Authorization": given} if given else {}), 401)
    assert seen == []


def test_lists_have_no_etag(program: Programs, database: Database):
    make_claim(database)
    bot = program()
    for path in (*(f"/{name}" for name in RESOURCES), "/events", "/me"):
        assert "ETag" not in bot.get(path).headers


def test_token_is_in_no_line_of_the_log(
    new_app: AppFactory, database: Database, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    app = new_app(monitoring=MonitoringSettings(access_log=True))
    bot = make_program(app, database, make_editor(database))
    for path in ("/me", "/claims/999999", f"/claims?token={bot.secret}", "/nothing"):
        bot.get(path)
    written = "".join((*capfd.readouterr(), caplog.text))
    assert all(path in written for path in ("/api/v1/me", "/api/v1/claims/999999", "/api/v1/nothing"))
    assert bot.secret not in written


def test_answer_sets_no_cookie_and_is_not_stored(program: Programs):
    answer = program().get("/claims")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_token_of_a_disabled_editor_is_refused_at_the_next_request(program: Programs, database: Database):
    bot = program()
    assert bot.get("/me").status_code == 200
    with database.writing() as session:
        people.disable(session, session.get_one(Editor, bot.owner.id), actor=SYSTEM)
    problem(bot.get("/me"), 401)


def test_revoked_token_is_refused_at_the_next_request(program: Programs, database: Database):
    bot = program()
    assert bot.get("/me").status_code == 200
    with database.writing() as session:
        tokens.revoke(session, bot.token_id, actor=SYSTEM)
    problem(bot.get("/me"), 401)


def test_changed_role_ends_the_token_at_the_next_request(program: Programs, database: Database):
    bot = program()
    with database.writing() as session:
        people.set_roles(session, session.get_one(Editor, bot.owner.id), ["viewer"], actor=SYSTEM)
    problem(bot.get("/me"), 401)


def test_expired_token_is_refused(program: Programs):
    bot = program()
    with time_machine.travel(clock.now() + timedelta(days=92)):
        problem(bot.get("/me"), 401)


def test_me_names_owner_and_effective_scopes(program: Programs):
    bot = program("viewer")
    found = bot.get("/me").json
    assert found["owner_id"] == bot.owner.id
    assert (found["roles"], found["scopes"]) == (["viewer"], ["read"])


def test_first_use_of_a_day_is_noted(program: Programs, database: Database):
    bot = program()
    bot.get("/me")
    with database.reading() as session:
        assert session.get_one(ApiToken, bot.token_id).used_on is not None


def test_scope_that_is_missing_forbids(program: Programs):
    bot = program("editor", "suggest")
    problem(bot.get("/claims"), 403)
    assert bot.get("/me").status_code == 200


def test_rate_is_limited_for_each_token_alone(program: Programs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(rate_limit.LIMITS, "read", 2)
    bot, other = program(), program()
    first = bot.get("/me")
    assert first.headers["RateLimit-Policy"] == '"read";q=2;w=60'
    assert first.headers["RateLimit"].startswith('"read";r=1;')
    bot.get("/me")
    refused = bot.get("/me")
    problem(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert other.get("/me").status_code == 200


def test_token_reads_six_hundred_and_writes_sixty_times_a_minute(program: Programs):
    bot = program()
    assert bot.get("/me").headers["RateLimit-Policy"] == '"read";q=600;w=60'
    assert bot.post("/claims", {}).headers["RateLimit-Policy"] == '"write";q=60;w=60'


def test_rate_is_regained_with_time(monkeypatch: pytest.MonkeyPatch):
    now = [1000.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    monkeypatch.setitem(rate_limit.LIMITS, "write", 60)
    limit = rate_limit.RateLimit()
    for _ in range(60):
        assert limit.take(1, "write").wait == 0
    assert limit.take(1, "write").wait == 1
    now[0] += 1
    assert limit.take(1, "write").wait == 0
    assert limit.take(1, "write").wait == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/", 404),
        ("GET", "/api/v2/claims", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/claims/999999", 404),
        ("GET", "/api/v1/claims/0", 404),
        ("GET", "/api/v1/claims/99999999999999999999", 404),
        ("DELETE", "/api/v1/claims", 405),
        ("PUT", "/api/v1/me", 405),
        ("GET", "/api/v1/claims?nothing=1", 422),
    ],
)
def test_errors_are_problems_in_json(program: Programs, method: str, path: str, status: int):
    answer = program().open(method, path)
    problem(answer, status)
    assert ("Allow" in answer.headers) is (status == 405)


def test_accept_without_json_is_refused(program: Programs):
    bot = program()
    problem(bot.get("/me", headers={"Accept": "text/html"}), 406)
    for accepted in ("*/*", "application/*", "text/html, application/json;q=0.1"):
        assert bot.get("/me", headers={"Accept": accepted}).status_code == 200


def test_refusal_is_in_the_language_asked_for(program: Programs):
    bot = program()
    answer = bot.get("/claims/999999", headers={"Accept-Language": "fr-CA, en;q=0.5"})
    assert answer.headers["Content-Language"] == "fr"
    assert problem(answer, 404)["title"] == "Page introuvable"
    assert problem(bot.get("/claims/999999"), 404)["title"] == "Page not found"


def test_too_large_a_body_is_refused_in_json(program: Programs):
    problem(program().open("POST", "/nothing", data=b"x" * (2 * 1024 * 1024 + 1), content_type="application/json"), 413)


def test_failure_is_a_problem_with_an_incident(new_app: AppFactory, database: Database):
    app = new_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["api.me"] = _fail
    found = problem(app.test_client().get("/api/v1/me"), 500)
    assert found["incident"]
    assert "secret of the failure" not in str(found)


def test_database_that_is_away_is_a_problem_with_a_time_to_come_back(new_app: AppFactory, database: Database):
    app = new_app()
    bot = make_program(app, database, make_editor(database))
    assert bot.get("/me").status_code == 200
    app.extensions["tracker_database"] = Database("postgresql://nobody@127.0.0.1:1/none")
    for method, path in (("GET", "/me"), ("GET", "/claims"), ("GET", "/claims/1"), ("POST", "/claims"), ("PATCH", "/claims/1")):
        answer = bot.open(method, path, json=None if method == "GET" else {})
        found = problem(answer, 503)
        assert found["type"] == "/api/v1/problems/unavailable"
        assert answer.headers["Retry-After"] == "30"
        assert "127.0.0.1" not in answer.text
    # What needs no database is answered.
    assert bot.get("/openapi.json").status_code == 200


def _fail() -> None:
    raise RuntimeError("secret of the failure")


declare(_fail, PUBLIC)
