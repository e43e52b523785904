"""A walk through a kept newsroom in a real browser, with `tracker serve` behind it: seconds until each page is there.

    python -m tests.bench.clicking FOLDER --size 1m [--on postgresql]

FOLDER is what `make bench ARGS="--keep FOLDER"` left; its newsrooms have the editor who signs in here.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.bench import making
from tests.bench.desk import SECRET
from tests.bench.newsrooms import on_kept
from tests.support import chromium
from tests.support.web import PASSWORD

# Name, address; `{n}` is the number of claims.
PLACES: Final = (
    ("queue", "/queue"),
    ("queue, overdue", "/queue?view=overdue"),
    ("queue of an owner", f"/queue?owner={making.BUSY_OWNER}"),
    ("queue of a topic", f"/queue?topic={making.BUSY_TOPIC}"),
    ("queue of an owner and a topic", f"/queue?owner=6&topic={making.BUSY_TOPIC}"),
    ("queue of a speaker", "/queue?speaker=11"),
    ("queue of an article", "/queue?article=9"),
    ("claims", "/claims"),
    ("claims, last page", "/claims?after=51"),
    ("resolved claims", "/claims?status=resolved"),
    ("search, a common word", "/claims?q=agreement"),
    ("search, a rare word", "/claims?q=Karenlo"),
    ("search, a word of nobody", "/claims?q=zxywvut"),
    ("search, a phrase", "/claims?q=%22terres+rares%22"),
    ("search, a word and a rare status", "/claims?q=agreement&status=withdrawn"),
    ("speakers", "/speakers"),
    ("speakers by the start of a name", "/speakers?q=ka"),
    ("a speaker", "/speakers/11"),
    ("articles", "/articles"),
    ("articles by a common word", "/articles?q=awaits"),
    ("an article", "/articles/9"),
    ("topics", "/topics"),
    ("a topic", f"/topics/{making.BUSY_TOPIC}"),
    ("record", "/record"),
    ("a claim", "/claims/{half}"),
    ("its history", "/claims/{half}/history"),
)


VISITS: Final = 3


def main() -> None:
    """Print a line for each place: the median of three visits, and the worst."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.clicking", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1m")
    parser.add_argument("--on", default="sqlite", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    from tests.bench.__main__ import SIZES

    newsroom = on_kept(options.folder, SIZES[options.size], options.on)
    environment = {"TRACKER_HOME": str(newsroom.home), "TRACKER_DATABASE_URL": newsroom.url, "TRACKER_SECRET_KEY": SECRET}
    with serving(environment) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
        page = browser.new_page(base_url=address)
        page.set_default_timeout(120_000)
        page.goto("/login")
        page.fill("input[name=email]", "desk1@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.click("form button[type=submit]:has-text('Sign in')")
        page.wait_for_url("**/queue*")
        for name, place in PLACES:
            visits = [_visit(page, place.format(half=newsroom.claims // 2)) for _ in range(VISITS)]
            print(f"{name:<34} {statistics.median(visits):>7.2f} s   worst {max(visits):>7.2f} s", flush=True)
        _turn_pages(page)
        browser.close()


def _visit(page: Page, place: str) -> float:
    answer = page.goto(place)
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{place}: {answer and answer.status}")
    spent: float = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    return spent / 1000


def _turn_pages(page: Page) -> None:
    """Ten times "next" in the list of what is overdue."""
    page.goto("/queue?view=overdue")
    took = []
    for _ in range(10):
        started = time.perf_counter()
        page.click("a[rel=next]")
        page.wait_for_load_state("load")
        took.append(time.perf_counter() - started)
    print(f"{'ten pages on in the queue, each':<34} {statistics.median(took):>7.2f} s   worst {max(took):>7.2f} s", flush=True)


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """`tracker serve` without its scheduler; its address."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [Path(sys.executable).with_name("tracker"), "serve", "--port", str(port), "--no-scheduler"]
    with subprocess.Popen(command, env={**os.environ, **environment, "TRACKER_BASE_URL": address}) as server:
        try:
            _wait_for(f"{address}/healthz")
            yield address
        finally:
            server.terminate()


def _wait_for(address: str) -> None:
    give_up = time.monotonic() + 600
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except OSError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()
