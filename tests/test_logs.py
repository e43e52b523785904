"""What running processes say of themselves."""

import json
import subprocess
import sys

SAY = """
import structlog
from tracker import logs
logs.configure({level})
log = structlog.get_logger("x")
log.info("done", flagged=2)
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


def test_what_is_below_the_level_is_not_said():
    assert [line["event"] for line in said(30)] == ["failed"]
