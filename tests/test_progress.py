"""The bar of long work: on a terminal, and nowhere else."""

import os
import pty
import subprocess
import sys

CODE = """
from tracker.progress import by_unit, show_progress
with show_progress("Verifying") as report:
    forward = by_unit(report)
    if forward:
        forward("entries", 50, 100)
        forward("entries", 100, 100)
        forward("rows", 300, 300)
print(report is not None)
"""


def test_bar_moves_through_all_counts_on_a_terminal():
    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-c", CODE], stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)

    assert done.stdout == b"True\n"
    assert "Verifying" in shown
    assert "50/100" in shown
    assert "400/400" in shown


def test_bar_is_absent_when_standard_error_is_a_file():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True, timeout=60)

    assert (done.stdout, done.stderr) == (b"False\n", b"")
