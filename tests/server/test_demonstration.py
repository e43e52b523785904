"""The demonstration: from an empty folder to a newsroom one can sign in to, asking nothing, and again."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.factories import make_editor
from tests.support.processes import wait_until
from tracker import schema
from tracker.accounts import demo, passwords, people
from tracker.accounts.models import Setting
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import Refusal
from tracker.ledger.models import Event
from tracker.scheduling.jobs import newsroom_day
from tracker.scores import jobs, queries
from tracker.scores.cards import Grouping, Selection
from tracker.scores.rates import BandFit, SampleSize
from tracker.server import demonstration

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"


def prepare(database: Database, tmp_path: Path) -> list[demo.WayIn]:
    settings = Settings(home=tmp_path, database_url="", secret_key=KEY, demo=True)
    return demonstration.prepare(database, settings, say=lambda _line: None)


def test_an_empty_database_becomes_a_newsroom_with_two_ways_in(empty_database_url: str, tmp_path: Path):
    database = Database(empty_database_url)

    ways = prepare(database, tmp_path)

    assert schema.state(database).is_current
    assert len(ways) == 2
    with database.reading() as session:
        for way in ways:
            editor = people.find(session, way.email)
            assert editor is not None
            assert editor.active
            assert "editor" in editor.role_names
            assert passwords._hasher.verify(editor.password, way.password)
        # The first article's predictions are overdue from the first page on.
        today = newsroom_day(database)
        due = select(func.count()).where(Claim.status == Status.DUE, Claim.is_sample.is_(False), Claim.review_on < today)
        assert session.scalar(due) == 16
        assert session.scalar(select(func.count()).where(Claim.status == Status.OPEN, Claim.review_on <= today)) == 0
    database.dispose()


def test_started_again_it_changes_nothing(sqlite_database: Database, tmp_path: Path):
    first = prepare(sqlite_database, tmp_path)
    with sqlite_database.reading() as session:
        events = session.scalar(select(func.count()).select_from(Event))

    assert prepare(sqlite_database, tmp_path) == first

    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == events


def test_its_newsroom_has_a_full_scorecard(sqlite_database: Database, tmp_path: Path):
    prepare(sqlite_database, tmp_path)
    jobs.count_ripe(sqlite_database, lambda: False)
    with sqlite_database.reading() as session:
        card = queries.load_card(session, Selection())
        assert card is not None
        assert card.in_full is not None
        assert (card.in_full.size, card.in_full.articles) == (SampleSize.FULL, 7)
        assert card.counts.judged >= 25
        bands = {(band.low, band.high): band.fit for band in card.bands}
        assert BandFit.FITS in bands.values()
        assert BandFit.TOO_FEW in bands.values()
        organisations = queries.load_groups(session, Grouping.SPEAKER, Selection()).rows
        # The same organisation in several articles is one.
        assert sum(row.label == "Velmouth City Council" for row in organisations) == 1


def test_it_goes_on_with_editors_of_ones_own(sqlite_database: Database, tmp_path: Path):
    prepare(sqlite_database, tmp_path)
    make_editor(sqlite_database)

    assert len(prepare(sqlite_database, tmp_path)) == 2


def test_a_newsrooms_own_database_is_refused_and_not_touched(sqlite_database: Database, tmp_path: Path):
    make_editor(sqlite_database)
    with sqlite_database.reading() as session:
        events = session.scalar(select(func.count()).select_from(Event))

    with pytest.raises(Refusal, match="belongs to a newsroom"):
        prepare(sqlite_database, tmp_path)

    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == events
        assert session.scalar(select(func.count()).select_from(Setting)) == 0


def test_a_way_in_whose_editor_was_disabled_is_shown_no_more(sqlite_database: Database, tmp_path: Path):
    prepare(sqlite_database, tmp_path)
    with sqlite_database.writing() as session:
        editor = people.find(session, demo.EMAILS[1])
        assert editor is not None
        editor.active = False

    with sqlite_database.reading() as session:
        assert [way.email for way in demo.ways_in(session)] == [demo.EMAILS[0]]


def test_its_folder_is_its_own_unless_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))

    assert demonstration.settings_from({}).home.name == "tracker-demo"
    assert demonstration.settings_from({"TRACKER_HOME": str(tmp_path / "x")}).home == tmp_path / "x"
    assert demonstration.settings_from({}).demo


@pytest.fixture
def start(tmp_path: Path):
    """`start()` runs `tracker demo` in an empty folder and returns the process and its address."""
    made: list[subprocess.Popen[bytes]] = []

    def begin() -> tuple[subprocess.Popen[bytes], str, Path]:
        said = tmp_path / f"said-{len(made)}"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")} | {
            "TRACKER_HOME": str(tmp_path / "home")
        }
        with said.open("wb") as out:
            command = [sys.executable, "-m", "tracker", "demo", "--port", "0"]
            made.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out))
        process = made[-1]
        wait_until(lambda: process.poll() is not None or "Ctrl-C" in said.read_text())
        assert process.poll() is None, said.read_text()
        (address,) = [word for word in said.read_text().split() if word.startswith("http://")]
        return process, address, said

    yield begin
    for process in made:
        process.kill()
        process.wait()


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def test_the_command_asks_nothing_stops_on_ctrl_c_and_goes_on_after_a_kill(
    start: Callable[[], tuple[subprocess.Popen[bytes], str, Path]],
):
    process, address, said = start()
    page = get(f"{address}login")
    for email in demo.EMAILS:
        assert email in said.read_text()
        assert email in page
    assert demo.PASSWORD in page
    wait_until(lambda: '"scheduler":true' in get_ready(address))
    process.send_signal(signal.SIGKILL)
    process.wait()

    again, address, said = start()
    assert get(f"{address}healthz")
    assert "Loaded" not in said.read_text()
    again.send_signal(signal.SIGINT)
    assert again.wait(30) == 0
    assert "Traceback" not in said.read_text()


def get_ready(address: str) -> str:
    try:
        return get(f"{address}readyz")
    except urllib.error.HTTPError as error:
        return error.read().decode()
