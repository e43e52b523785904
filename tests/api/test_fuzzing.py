"""Every operation with generated requests: never a failure of the server, never an answer that the description does not have.

`make fuzz` runs many more examples. One check of schemathesis is left out: that all that fits the schema is accepted. A cursor
must be one of ours, and rules between fields (a deadline after the day of the claim) are those of the services.
"""

import os
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from schemathesis.checks import CHECKS, load_all_checks

from tests.api.support import Programs
from tests.factories import make_article, make_claim, make_editor, make_evidence
from tracker.api import rate_limit
from tracker.api.openapi import build_document
from tracker.db import Database
from tracker.ledger.verify import verify

EXAMPLES = int(os.environ.get("TRACKER_FUZZ_EXAMPLES", "6"))
OPERATIONS = [(method.upper(), path) for path, methods in build_document()["paths"].items() for method in methods]
LEFT_OUT = {"positive_data_acceptance", "max_response_time"}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_operation_answers_as_described(
    app: Flask, program: Programs, database: Database, monkeypatch: pytest.MonkeyPatch, method: str, path: str
):
    for policy in ("read", "write"):
        monkeypatch.setitem(rate_limit.LIMITS, policy, 10_000_000)
    claim = make_claim(database, "due", article=make_article(database, body="A ferry."))
    make_evidence(database, claim)
    bot = program(make_editor(database, roles=("editor", "chief")))
    load_all_checks()
    checks: list[Any] = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    operation = schema[path][method]

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=timedelta(seconds=30),
        derandomize="TRACKER_FUZZ_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    @hypothesis.given(case=operation.as_strategy())
    def run(case: Any) -> None:
        headers = {"Authorization": f"Bearer {bot.secret}", "Accept-Encoding": "identity"}
        case.call_and_validate(headers=headers, checks=checks)

    run()
    with database.reading() as session:
        assert verify(session, rows=True).findings == []
