"""The links of the description: what one answer gives is what the next request needs."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.api.support import Program, Programs
from tests.factories import fresh, make_article, make_check, make_claim, make_evidence, make_speaker, make_topic
from tracker.api.links import LINKS, list_links
from tracker.api.openapi import build_document
from tracker.api.rate_limit import LIMITS
from tracker.claims.enums import Attribution
from tracker.claims.models import Claim
from tracker.db import Database

DOCUMENT = build_document()
PLACES = {
    each["operationId"]: (method.upper(), path) for path, both in DOCUMENT["paths"].items() for method, each in both.items()
}
SOURCES = [name for name in PLACES if list_links(name)]
# What the rules do not allow: terms are frozen while a verdict is proposed, it needs a source, a date moves to a later one.
REFUSED = {
    ("propose", "change_claim"): 409,
    ("propose", "make_move"): 409,
    ("propose", "propose"): 409,
    ("add_claim", "propose"): 422,
    ("make_move", "make_move"): 422,
}


@pytest.fixture
def bot(program: Programs, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setitem(LIMITS, "write", 10_000)
    return program()


def ask(bot: Program, name: str, claim: Claim, *, given: dict[str, Any] | None = None, body: dict[str, Any] | None = None) -> Any:
    """Send an operation's example; `given` and `body` hold what a link gives."""
    method, path = PLACES[name]
    given, content = given or {}, DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    address = path.replace("{claim_id}", str(given.get("path.claim_id", claim.id)))
    if method == "GET":
        return bot.get(address, query_string={at.removeprefix("query."): value for at, value in given.items() if "query." in at})
    example = {**content["application/json"]["example"], **(body or {})}
    if "article_id" in example and body is None:
        example["article_id"] = claim.article_id
    version = given.get("header.If-Match", f'"claim-{claim.id}-{claim.version}"')
    return bot.send(method, address, example, version=version)


def evaluate(expression: str, answer: TestResponse) -> Any:
    """The value of an expression of OpenAPI in an answer."""
    kind, _, name = expression.removeprefix("$response.").partition(".")
    if kind == "header":
        return answer.headers[name]
    found: Any = answer.json
    for step in expression.removeprefix("$response.body#/").split("/"):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


@pytest.mark.parametrize("source", SOURCES)
def test_links_give_what_the_next_request_needs(bot: Program, database: Database, source: str):
    topic, speaker = make_topic(database), make_speaker(database)
    wrong = []
    for link in list_links(source):
        own = {"speaker_id": speaker.id, "attribution": Attribution.STATED, "deadline_on": None}
        status = "resolved" if source == "list_verdicts" else "open"
        claim = make_claim(database, status, topics=[topic], article=make_article(database), **own)
        make_evidence(database, claim)
        make_check(database, claim)
        claim = fresh(database, claim)
        first = ask(bot, source, claim)
        assert first.status_code in (200, 201), first.text
        target = LINKS[link]
        given = {at: evaluate(expression, first) for at, expression in target.get("parameters", {}).items()}
        body = {at: evaluate(expression, first) for at, expression in target.get("requestBody", {}).items()}
        second = ask(bot, target["operationId"], claim, given=given, body=body or None)
        expected = REFUSED.get((source, target["operationId"]))
        if second.status_code not in ({expected} if expected else {200, 201}):
            wrong.append((link, second.status_code, second.text))
    assert wrong == []


def test_every_operation_on_claims_is_reached_by_a_link():
    reached = {target["operationId"] for target in LINKS.values()}
    assert reached == {"get_claim", "list_claims", "add_claim"} | {
        name for name, (_, path) in PLACES.items() if "{claim_id}" in path
    }
    used = {link for source in SOURCES for link in list_links(source)}
    assert used == set(LINKS)
