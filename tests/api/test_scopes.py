"""Roles, scopes, resources and ids: the table below is written by hand, and every answer has to agree with it."""

import pytest
from flask import Flask

from tests.api.support import Program, make_program
from tests.factories import make_claim, make_editor
from tracker.accounts.models import ApiToken
from tracker.api.rate_limit import RateLimit
from tracker.api.routes.authentication import LIMIT
from tracker.db import Database

EDITING = ("read:desk", "write:claims", "write:evidence", "propose", "suggest")
# What each role can give to a token.
GIVEN = {"viewer": ("read",), "admin": ("read",), "editor": ("read", *EDITING), "chief": ("read", *EDITING)}
READING = ("read", "read:desk")
# What each address needs: one of these scopes.
TABLE = {
    "GET /articles": READING,
    "GET /claims": READING,
    "GET /claims/ID": READING,
    "GET /verdicts": READING,
    "GET /evidence": READING,
    "GET /checks": READING,
    "GET /speakers": READING,
    "GET /topics": READING,
    "GET /events": READING,
    "GET /me": ("read", *EDITING),
    "POST /articles": ("write:claims",),
    "POST /claims": ("write:claims",),
    "PATCH /claims/ID": ("write:claims",),
    "POST /claims/ID/moves": ("write:claims",),
    "POST /claims/ID/evidence": ("write:evidence",),
    "POST /claims/ID/checks": ("write:evidence",),
    "POST /claims/ID/notes": ("write:evidence",),
    "POST /claims/ID/proposals": ("propose",),
    "POST /suggestions": ("suggest",),
}
SOME = {
    "/evidence": {"title": "A", "stance": "context", "document": "A file"},
    "/checks": {"where_looked": "There", "found": "Nothing"},
    "/notes": {"body": "A note."},
    "/moves": {"move": "track"},
    "/proposals": {"proposal": "verdict", "rationale": "Because.", "verdict": "void"},
}


def with_scopes(app: Flask, database: Database, role: str, scope: str) -> Program:
    """A program whose row has this scope, also one that the role could never have given."""
    bot = make_program(app, database, make_editor(database, roles=(role,)), ("read",))
    with database.writing() as session:
        session.get_one(ApiToken, bot.token_id).scopes = scope
    return bot


def test_table_has_every_route(app: Flask):
    there = {
        f"{method} {rule.rule.removeprefix('/api/v1').replace('<id:claim_id>', 'ID')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
    }
    assert there == set(TABLE)


@pytest.mark.parametrize("role", GIVEN)
def test_answers_agree_with_the_table(app: Flask, database: Database, role: str):
    app.extensions[LIMIT] = RateLimit()
    claim, wrong = make_claim(database, "due"), []
    for scope in ("read", *EDITING):
        bot = with_scopes(app, database, role, scope)
        for line, needed in TABLE.items():
            method, path = line.split()
            for number in (claim.id, 999_999) if "ID" in path else (claim.id,):
                body = next((each for end, each in SOME.items() if path.endswith(end)), {})
                address, version = path.replace("ID", str(number)), f'"claim-{number}-{claim.version}"'
                if method == "GET":
                    status = bot.get(address).status_code
                else:
                    status = bot.send(method, address, body, version=version).status_code
                allowed = scope in needed and scope in GIVEN[role]
                if not allowed:
                    agrees = status == 403
                elif number == 999_999:
                    # A change of nothing is refused before the claim is looked for.
                    agrees = status == (422 if method == "PATCH" else 404)
                else:
                    agrees = status in ({200} if method == "GET" else {201, 409, 412, 422})
                if not agrees:
                    wrong.append((role, scope, line, number, status))
    assert wrong == []
