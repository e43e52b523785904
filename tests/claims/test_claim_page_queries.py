"""A claim's page asks the database the same few questions, however much there is on the claim."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, before_render_template, template_rendered
from sqlalchemy import event

from tests.factories import DESK, make_check, make_editor, make_evidence
from tests.support.web import Client
from tracker.claims.enums import RelationKind
from tracker.claims.models import Claim
from tracker.claims.services import evidence, verdicts
from tracker.db import Database

MOST = 30


@contextmanager
def counted(database: Database) -> Generator[list[str]]:
    """The statements that run meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def questions(database: Database, client: Client, path: str) -> list[str]:
    client.get(path)
    with counted(database) as statements:
        assert client.get(path).status_code == 200
    return statements


def crowd(database: Database, claim: Claim, others: list[Claim], times: int) -> None:
    """Put a lot on a claim, by many people."""
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        for number in range(times):
            actor = make_editor(session).actor
            make_evidence(session, own, title=f"Source {number}", actor=actor)
            make_check(session, own, actor=actor)
            evidence.add_note(session, own, f"Note {number}", actor=actor)
        for other in others:
            evidence.relate(session, own, other.id, RelationKind.ALTERNATIVE_TO, actor=DESK)


def test_a_crowded_claim_costs_no_more_questions_than_a_quiet_one(
    database: Database, make_claim: Callable[..., Claim], sign_in: Callable[..., Client]
):
    client = sign_in("editor")
    quiet, crowded = make_claim("due"), make_claim("due")
    others = [make_claim() for _ in range(6)]
    crowd(database, quiet, others[:1], times=1)
    crowd(database, crowded, others, times=12)
    few = questions(database, client, f"/claims/{quiet.id}")
    assert len(questions(database, client, f"/claims/{crowded.id}")) == len(few)


@pytest.mark.parametrize("status", ["draft", "due", "proposed", "resolved", "under_review", "withdrawn"])
def test_the_page_of_every_status_asks_few_questions(
    database: Database, make_claim: Callable[..., Claim], sign_in: Callable[..., Client], status: str
):
    claim = make_claim(status)
    assert len(questions(database, sign_in("chief"), f"/claims/{claim.id}")) <= MOST


def test_postscripts_and_proposals_are_read_together(
    database: Database, make_claim: Callable[..., Claim], sign_in: Callable[..., Client]
):
    client = sign_in("editor")
    claim = make_claim("resolved")
    once = questions(database, client, f"/claims/{claim.id}")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        for number in range(8):
            verdicts.add_postscript(session, own, f"Line {number}", actor=DESK)
    assert len(questions(database, client, f"/claims/{claim.id}")) == len(once)


def test_the_template_asks_nothing(
    app: Flask, database: Database, make_claim: Callable[..., Claim], sign_in: Callable[..., Client]
):
    client = sign_in("editor")
    claim = make_claim("under_review")
    crowd(database, claim, [make_claim("due")], times=3)
    at: dict[str, int] = {}
    with counted(database) as statements:

        def before(_sender: Any, **_more: Any) -> None:
            at["before"] = len(statements)

        def after(_sender: Any, **_more: Any) -> None:
            at["after"] = len(statements)

        with before_render_template.connected_to(before, app), template_rendered.connected_to(after, app):
            assert client.get(f"/claims/{claim.id}").status_code == 200
    # The shell of every page counts what its bell rings for; the claim itself is read before.
    asked_while_drawing = [each for each in statements[at["before"] : at["after"]] if "FROM reminder" not in each]
    assert asked_while_drawing == []
