"""A process of its own that downloads all verdicts as CSV from the web application, and says what that took."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support.web import Client
from tracker.app import create_app
from tracker.config import Settings


def measured(environment: Mapping[str, str]) -> tuple[float, float]:
    """(MB of memory at most above what the process held after a first small download, milliseconds to the first byte)."""
    run = [sys.executable, "-m", "tests.bench.downloading"]
    said = subprocess.run(run, check=True, capture_output=True, text=True, env={**os.environ, **environment}).stdout
    memory, first_byte = json.loads(said.splitlines()[-1])
    return memory, first_byte


def main() -> None:
    """Print [MB, ms]."""
    app = create_app(Settings.from_env(os.environ))
    app.testing = True
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    client.sign_in("desk1@example.org")
    _ = client.get("/export/verdicts.csv?since=2199-01-01").data
    Path("/proc/self/clear_refs").write_text("5")  # the greatest memory is counted from here on
    before = _kilobytes("VmRSS")
    started = time.perf_counter()
    answer = client.get("/export/verdicts.csv", buffered=False)
    parts = iter(answer.response)
    next(parts)
    first_byte = (time.perf_counter() - started) * 1000
    many = sum(1 for _ in parts)
    answer.close()
    if answer.status_code != 200 or not many:
        raise RuntimeError(f"the download ended with {answer.status_code} after {many} parts")
    print(json.dumps([(_kilobytes("VmHWM") - before) / 1024, first_byte]))


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
