"""What docs/history.md tells outsiders is true: its verifier verifies, its example comes out."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests import factories
from tests.ledger.support import CHIEF, record_some
from tracker import paths
from tracker.db import Database
from tracker.ledger import anchors
from tracker.ledger.chain import GENESIS, link
from tracker.ledger.export import lines
from tracker.ledger.reading import one_moment
from tracker.ledger.redaction import redact

PAGE = paths.migrations_dir().parent / "docs" / "history.md"


def block(language: str) -> str:
    """The page's one block of code in this language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


@pytest.fixture
def verifier(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Runs the page's program, with nothing but the standard library, and gives back its status and what it said."""
    program = tmp_path / "verify.py"
    program.write_text(block("python"), "utf-8")

    def run(*files: Path) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", program, *files], capture_output=True, text=True, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()

    return run


@pytest.fixture
def exported(database: Database, tmp_path: Path) -> Path:
    """The export of a desk at which a good deal happened, some of it in other alphabets, some of it erased."""
    factories.make_claim(database, "under_review", statement="Il fera « beau » — à 100 % 😀\u2028\x7f", article=None)
    factories.make_claim(database, "withdrawn", topics=[factories.make_topic(database)])
    record_some(database, 3)
    with database.writing() as session:
        redact(session, 2, ["set.statement"], "A private person", CHIEF)
    path = tmp_path / "history.jsonl"
    with one_moment(database) as session:
        path.write_text("".join(f"{line}\n" for line in lines(session)), "utf-8")
    return path


def edited(path: Path, number: int, change: Callable[[str], str]) -> Path:
    told = path.read_text("utf-8").split("\n")
    told[number - 1] = change(told[number - 1])
    path.write_text("\n".join(told), "utf-8")
    return path


def test_the_verifier_accepts_a_true_export(exported: Path, verifier: Callable[..., tuple[int, str]]):
    status, said = verifier(exported)
    assert status == 0
    last = json.loads(exported.read_text("utf-8").split("\n")[-2])
    assert said == f"{last['seq']} lines verified, the last with hash {last['hash']}"


def test_the_verifier_is_short():
    assert len([line for line in block("python").splitlines() if line.strip()]) <= 25


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (4, lambda line: line.replace('"actor":"', '"actor":"x', 1)),
        (4, lambda line: line.replace('"kind":"', '"kind":"x', 1)),
        (1, lambda line: line.replace('"text": "', '"text": "x', 1)),
        (1, lambda line: line.replace('"salt": "', '"salt": "0', 1)),
    ],
)
def test_the_verifier_finds_a_changed_line(
    exported: Path, verifier: Callable[..., tuple[int, str]], number: int, change: Callable[[str], str]
):
    status, said = verifier(edited(exported, number, change))
    assert status == 1
    assert f"line {number}" in said


def test_the_verifier_finds_a_missing_and_a_moved_line(exported: Path, verifier: Callable[..., tuple[int, str]]):
    told = exported.read_text("utf-8").split("\n")
    exported.write_text("\n".join([*told[:3], *told[4:]]), "utf-8")
    assert verifier(exported) == (1, "line 4 is not what was sealed there")
    exported.write_text("\n".join([*told[:3], told[4], told[3], *told[5:]]), "utf-8")
    assert verifier(exported) == (1, "line 4 is not what was sealed there")


def test_the_verifier_compares_anchors(
    exported: Path, verifier: Callable[..., tuple[int, str]], database: Database, tmp_path: Path
):
    with one_moment(database) as session:
        anchor = anchors.head(session, date(2024, 3, 11))
    assert anchor is not None
    kept = tmp_path / "anchors.jsonl"
    kept.write_text(anchors.write(anchor) + "\n")
    assert verifier(exported, kept)[0] == 0
    exported.write_text("\n".join(exported.read_text("utf-8").split("\n")[:-3]) + "\n", "utf-8")
    assert verifier(exported)[0] == 0, "a cut tail is not seen without an anchor"
    assert verifier(exported, kept) == (1, "the anchor of 2024-03-11 does not fit: the history was rewritten or cut")


def test_the_example_comes_out():
    page = PAGE.read_text("utf-8")
    example = block("json").strip()
    salt = re.search(r"its salt `([0-9a-f]{32})`", page)
    words = re.search(r"`(Two ministers [^`]+)`", page)
    assert salt
    assert words
    place = json.loads(example)["data"]["set"]["statement"]["sha256"]
    assert hashlib.sha256((salt[1] + words[1]).encode()).hexdigest() == place
    assert page.count(place) == 2
    assert f"which gives `{link(GENESIS, example)}`" in page
