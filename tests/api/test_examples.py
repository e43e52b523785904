"""The scripts of docs/examples and the examples of /api/docs, run as they are against a server."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Generator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import time_machine
from flask import Flask
from werkzeug.serving import make_server

from tests.api.support import Programs
from tests.factories import DESK, fresh, make_article, make_claim, make_evidence
from tracker.api.examples import Numbers, describe_operations
from tracker.claims.enums import Outcome
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.db import Database

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
# How examples of each kind are run, and what prints the name of one and the members of its answer.
RUNNERS = {
    "curl": (["bash", "-c"], "{text} | {python} -c 'import json, sys; print(\"{name}\", *json.load(sys.stdin))'"),
    "python": ([sys.executable, "-c"], "{text}\nprint('{name}', *({variable} if '{name}'[:4] in 'list_get_' else done.json()))"),
    "r": (["Rscript", "--vanilla", "-e"], '{text}\ncat("{name}", names({variable}), "\\n")'),
}


@cache
def has_httr2() -> bool:
    """Whether R is there with what the examples use."""
    program = shutil.which("Rscript")
    command = [program, "--vanilla", "-e", "library(httr2)"] if program else []
    return bool(command) and subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


NEEDS_R = pytest.mark.skipif("not has_httr2()", reason="R with httr2 is not installed")  # asked when a test would run
KINDS = [
    pytest.param("curl", marks=pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")),
    "python",
    pytest.param("r", marks=NEEDS_R),
]


@pytest.fixture
def address(app: Flask) -> Generator[str]:
    """A server with the application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(script: str, address: str, token: str, *arguments: str, copy: Path | None = None) -> str:
    program = "Rscript" if script.endswith(".R") else sys.executable
    return call([program, str(EXAMPLES / script), *arguments], address, token, copy=copy)


def call(command: list[str], address: str, token: str, *, copy: Path | None = None) -> str:
    environ = {**os.environ, "TRACKER_URL": address, "TRACKER_TOKEN": token, "TRACKER_COPY": str(copy)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_sync_script_copies_a_newsroom_and_keeps_it_in_step(address: str, program: Programs, database: Database, tmp_path: Path):
    article, copy = make_article(database), tmp_path / "claims.pickle"
    first, second = make_claim(database, "open", article=article), make_claim(database, "open", article=article)
    bot = program("viewer", "read")
    assert run("sync.py", address, bot.secret, copy=copy).startswith("2 claims, 0 fetched again")
    third = make_claim(database, "resolved", article=article)
    with database.writing() as session:
        row = session.get_one(Claim, first.id)
        editing.edit(session, row, {"statement": "Another statement."}, actor=DESK, version=row.version)
    assert run("sync.py", address, bot.secret, copy=copy).startswith("3 claims, 2 fetched again")
    claims = pd.read_pickle(copy).set_index("claim_id")
    assert set(claims.index) == {first.id, second.id, third.id}
    assert claims.loc[first.id, "statement"] == "Another statement."
    assert claims.loc[third.id, "verdict"] == "confirmed"
    assert run("sync.py", address, bot.secret, copy=copy).startswith("3 claims, 0 fetched again")


def test_evidence_bot_adds_once_and_is_refused_a_signature(address: str, program: Programs, database: Database):
    claim = make_claim(database, "due")
    bot = program("editor", "read", "write:evidence", "write:claims")
    printed = run("evidence_bot.py", address, bot.secret, str(claim.id))
    assert "signature 403" in printed
    version = fresh(database, claim).version
    assert run("evidence_bot.py", address, bot.secret, str(claim.id)) == printed
    assert (fresh(database, claim).version, fresh(database, claim).status) == (version, "due")


@NEEDS_R
def test_r_script_reads_verdicts(address: str, program: Programs, database: Database):
    for outcome in (Outcome.CONFIRMED, Outcome.CONFIRMED, Outcome.REFUTED):
        make_claim(database, "resolved", outcome=outcome)
    make_claim(database, "proposed")
    names, numbers = run("verdicts.R", address, program("viewer", "read").secret).strip().splitlines()
    assert dict(zip(names.split(), numbers.split(), strict=True)) == {"confirmed": "2", "refuted": "1"}


@pytest.mark.parametrize("kind", KINDS)
def test_example_of_every_operation_works(address: str, program: Programs, database: Database, kind: str):
    article, bot = make_article(database), program()
    described = describe_operations(address)
    claims = [make_claim(database, "open", article=article, deadline_on=None) for _ in described]
    for claim in claims:
        make_evidence(database, claim)
    command, ending = RUNNERS[kind]
    lines = []
    for each, claim in zip(described, claims, strict=True):
        # A claim of its own: each is of the version that its example names.
        numbers = Numbers(claim=claim.id, version=fresh(database, claim).version, article=article.id)
        (own,) = (other for other in describe_operations(address, numbers) if other.name == each.name)
        variable = "found" if own.method == "GET" else "done"
        lines.append(ending.format(text=getattr(own, kind), name=own.name, variable=variable, python=sys.executable))
    # The days of the examples are still to come.
    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC)):
        printed = call([*command, "\n".join(lines)], address, bot.secret)
    answers = {name: members for name, *members in map(str.split, printed.splitlines())}
    assert list(answers) == [each.name for each in described]
    # An answer that refuses would have a detail.
    assert [name for name, members in answers.items() if not members or "detail" in members] == []
