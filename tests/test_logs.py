"""Logs of running processes."""

import json
import subprocess
import sys

from tracker import logs

SCRIPT = """
import structlog
from tracker import logs
logs.configure({level})
log = structlog.get_logger("x")
log.info("done", flagged=2, path="/a\\x1b[2J\\nINFO admin \\x9b31m {{0}} %s")
try:
    1 / 0
except ZeroDivisionError:
    log.error("failed", exc_info=True)
"""


def log_lines(level: int) -> list[dict[str, object]]:
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(level=level)], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_log_writes_one_json_line_per_event():
    first, second = log_lines(20)

    assert (first["event"], first["flagged"], first["level"]) == ("done", 2, "info")
    assert str(first["timestamp"]).endswith("Z")
    assert "ZeroDivisionError" in str(second["exception"])
    assert first["path"] == "/a\x1b[2J\nINFO admin \x9b31m {0} %s"


def test_terminal_log_escapes_control_characters():
    event = logs.escape_control_chars(None, "", {"event": "page failed", "path": "/\x9b31m\x1b[2J\n%", "status": 500})
    assert event == {"event": "page failed", "path": "/\\x9b31m\\x1b[2J\\x0a%", "status": 500}


def test_terminal_log_shows_tracebacks_without_local_variables():
    password = "correct horse"
    try:
        raise ZeroDivisionError(len(password))
    except ZeroDivisionError as error:
        text: object = {"event": "failed", "exc_info": error}
    for processor in logs.build_processors(terminal=True):
        text = processor(None, "error", text)  # type: ignore[arg-type]
    assert "ZeroDivisionError" in str(text)
    assert "test_logs.py" in str(text)
    assert "correct horse" not in str(text).replace('password = "correct horse"', "")
