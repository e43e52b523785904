"""How much the queue of a busy newsroom weighs, the first time and from then on."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser

from tests.support.web import SignIn
from tracker.claims.models import Claim
from tracker.claims.queries import queue
from tracker.db import Database

PAINTED = """() => new Promise((tell) => new PerformanceObserver((paints) => paints.getEntriesByName("first-contentful-paint")
    .forEach(({startTime}) => tell(startTime))).observe({type: "paint", buffered: true}))"""


def test_a_queue_of_500_claims_is_light(
    chromium: Browser, live: str, sign_in: SignIn, make_claim: Callable[..., Any], database: Database
):
    make_claim("due")
    with database.writing() as session:
        one = session.get_one(Claim, 1)
        columns = {c.key: getattr(one, c.key) for c in Claim.__table__.columns if c.key not in ("id", "external_id")}
        session.add_all(Claim(**{**columns, "statement": f"The ferry number {n} will stop."}) for n in range(499))
    context = chromium.new_context(base_url=live)  # nobody watches it: whoever watches switches the cache off
    context.add_cookies([{"name": "session", "value": sign_in("editor").cookie(), "url": live}])
    page = context.new_page()
    sizes: list[float] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda said: sizes.append(said["encodedDataLength"]))  # 0 from the cache
    page.goto("/queue", wait_until="networkidle")
    assert page.locator(".qt tbody tr:not(.art)").count() == queue.FIRST
    first, painted = sum(sizes), page.evaluate(PAINTED)
    sizes.clear()
    page.goto("/queue", wait_until="networkidle")
    again = sum(sizes)
    # How soon depends on the machine, so it is only told: with `-s`, and in docs/performance.md.
    print(f"{first:.0f} bytes, painted after {painted:.0f} ms; again {again:.0f} bytes, {page.evaluate(PAINTED):.0f} ms")
    context.close()
    assert first <= 350_000, f"{first} bytes"
    assert again <= 90_000, f"{again} bytes"
