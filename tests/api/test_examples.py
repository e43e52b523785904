"""The scripts of docs/examples, run as they are against a server."""

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path

import pandas as pd
import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.api.support import Programs
from tests.factories import DESK, fresh, make_article, make_claim
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.db import Database

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def address(app: Flask) -> Generator[str]:
    """A server with the application."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(script: str, address: str, token: str, *arguments: str, copy: Path | None = None) -> str:
    environ = {**os.environ, "TRACKER_URL": address, "TRACKER_TOKEN": token, "TRACKER_COPY": str(copy)}
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / script), *arguments], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
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
