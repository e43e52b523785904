"""A server that is killed between two requests: what is sent again works once, what was not done is done."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.api.support import Programs
from tests.factories import make_claim
from tests.support.web import SECRET
from tracker.api import rate_limit
from tracker.claims.models import Note
from tracker.db import Database

WORKER = """
import sys
from pathlib import Path
from tracker.api import rate_limit
from tracker.app import create_app
from tracker.config import Settings
url, home, secret_key, token, path = sys.argv[1:]
rate_limit.LIMITS["write"] = 100_000
client = create_app(Settings(home=Path(home), database_url=url, secret_key=secret_key)).test_client()
for number in range(100):
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"key-of-{number:04}"}
    answer = client.post(path, json={"body": f"Note {number}"}, headers=headers)
    print(answer.status_code, flush=True)
"""


@pytest.mark.parametrize("after", [3, 40])
def test_posts_of_a_killed_server_work_once_when_sent_again(
    app: Flask,
    program: Programs,
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
):
    monkeypatch.setitem(rate_limit.LIMITS, "write", 100_000)
    claim, bot = make_claim(database, "due"), program()
    path = f"/api/v1/claims/{claim.id}/notes"
    arguments = [sys.executable, "-c", WORKER, database_url, str(tmp_path), SECRET, bot.secret, path]
    server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    for _ in range(after):
        assert server.stdout.readline().strip() == "201"
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()

    def send(number: int) -> int:
        return bot.post(path, {"body": f"Note {number}"}, key=f"key-of-{number:04}").status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(send, [number for number in range(100) for _ in range(2)]))
    assert statuses == [201] * 200
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 100
