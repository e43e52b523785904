"""What running processes say of themselves."""

import json
import subprocess
import sys

from tracker import logs

SAY = """
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


def said(level: int) -> list[dict[str, object]]:
    done = subprocess.run([sys.executable, "-c", SAY.format(level=level)], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_elsewhere_than_on_a_terminal_each_event_is_one_line_of_json():
    first, second = said(20)

    assert (first["event"], first["flagged"], first["level"]) == ("done", 2, "info")
    assert str(first["timestamp"]).endswith("Z")
    assert "ZeroDivisionError" in str(second["exception"])
    assert first["path"] == "/a\x1b[2J\nINFO admin \x9b31m {0} %s"


def test_a_terminal_is_given_no_orders():
    said = logs.without_orders(None, "", {"event": "page failed", "path": "/\x9b31m\x1b[2J\n%", "status": 500})
    assert said == {"event": "page failed", "path": "/\\x9b31m\\x1b[2J\\x0a%", "status": 500}


def test_what_is_below_the_level_is_not_said():
    assert [line["event"] for line in said(30)] == ["failed"]
