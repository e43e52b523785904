"""Every operation with generated requests: never a failure of the server, never an answer that the description does not have.
Then walks along the links of the description, from what one operation answers to the next.

`make fuzz` runs many more examples. One check of schemathesis is left out: that all that fits the schema is accepted. A cursor
must be one of ours, and rules between fields (a deadline after the day of the claim) are those of the services.
"""

import os
from collections import Counter
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from tests.api.support import Program, Programs
from tests.factories import make_article, make_claim, make_editor, make_evidence
from tracker.api import rate_limit
from tracker.api.openapi import build_document
from tracker.db import Database
from tracker.ledger.verify import verify

EXAMPLES = int(os.environ.get("TRACKER_FUZZ_EXAMPLES", "6"))
OPERATIONS = [(method.upper(), path) for path, methods in build_document()["paths"].items() for method in methods]
LEFT_OUT = {"positive_data_acceptance", "max_response_time"}
WALKS = 12  # from operation to operation, in one run
STEPS = 12  # of one walk


@pytest.fixture
def bot(program: Programs, database: Database, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A program that may do all that a program may, without a rate, on a claim with a source."""
    for policy in ("read", "write"):
        monkeypatch.setitem(rate_limit.LIMITS, policy, 10_000_000)
    claim = make_claim(database, "due", article=make_article(database, body="A ferry."))
    make_evidence(database, claim)
    return program(make_editor(database, roles=("editor", "chief")))


def list_checks() -> list[Any]:
    load_all_checks()
    return [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]


def headers_of(bot: Program) -> dict[str, str]:
    return {"Authorization": f"Bearer {bot.secret}", "Accept-Encoding": "identity"}


def settings_of(examples: int, **more: Any) -> hypothesis.settings:
    return hypothesis.settings(
        max_examples=examples,
        deadline=timedelta(seconds=30),
        derandomize="TRACKER_FUZZ_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_operation_answers_as_described(app: Flask, bot: Program, database: Database, method: str, path: str):
    checks, headers = list_checks(), headers_of(bot)
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)[path][method]

    @settings_of(EXAMPLES, phases=(Phase.explicit, Phase.generate))
    @hypothesis.given(case=operation.as_strategy())
    def run(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=checks)

    run()
    with database.reading() as session:
        assert verify(session, rows=True).findings == []


def test_operations_that_follow_links_answer_as_described(app: Flask, bot: Program, database: Database):
    checks, headers = list_checks(), headers_of(bot)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    # What does not fit is sent by the test above.
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    followed: Counter[tuple[str, int]] = Counter()

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            case.validate_response(response, checks=checks, headers=headers, transport_kwargs=more, recorder=self.recorder)

        def step(self, given: Any) -> Any:
            output = super().step(given)
            if given.transition is not None and given.is_applied:
                followed[given.case.operation.label, output.response.status_code] += 1
            return output

    # A run of its own each: what a walk has written is there in the next, and Hypothesis wants the same answers within a run.
    for _ in range(max(1, EXAMPLES // 6)):
        run_state_machine_as_test(Walk, settings=settings_of(WALKS, phases=(Phase.generate,), stateful_step_count=STEPS))
    with database.reading() as session:
        assert verify(session, rows=True).findings == []
    assert followed  # that each link gives what the next request needs: test_links.py
