"""What readers' pages cost: each within its own bound, and the same in a small and in a large newsroom."""

from typing import Any, Final

from sqlalchemy import event

from tests.bench import making_public
from tests.bench.desk import Desk, Figure, Steps
from tests.bench.measuring import median
from tests.support.web import Client

PAGE_MOST: Final = 6.0  # ms of processor time for a page of 16 claims
KNOWN_MOST: Final = 1.0  # for an answer that the reader has
BYTES_MOST: Final = 60.0  # kB
QUERIES_MOST: Final = 4
TIMES: Final = 10


def public(at: Desk) -> Steps:
    """An article of 16 claims with its bounds, then every other page, list and file."""
    client = at.app.test_client()
    assert isinstance(client, Client)
    middle = at.newsroom.claims // 2
    yield from _article(at, client, (middle - 1) // making_public.PER_ARTICLE + 1)
    first = f"topics/{making_public.BUSY_TOPIC}-topic-{making_public.BUSY_TOPIC}"
    speaker = (middle - 1) // making_public.PER_SPEAKER + 1
    stamp = making_public.moment_of(middle).isoformat().replace("+00:00", "Z")
    for name, address, most in (
        ("claim", f"/public/en/claims/{middle}", 1.2),
        ("claim as JSON", f"/public/en/claims/{middle}.json", 1.2),
        ("newest", "/public/en/", 1.2),
        ("newest, from the middle on", f"/public/en/older/{middle}~{stamp}", 1.2),
        ("topic of two claims in five", f"/public/en/{first}", 1.2),
        ("topic, its last page", f"/public/en/{first}/older/131", 1.2),
        ("speaker", f"/public/en/speakers/{speaker}", 1.2),
        ("search: a word of every claim", "/public/en/?q=school", 2.0),
        ("search: a word of few claims", "/public/en/?q=Oslo77", None),
        ("search: a word of none", "/public/en/?q=zxywvut", 1.2),
        ("search: two words", "/public/en/?q=council+lisbon", 2.0),
        ("corrections", "/public/en/corrections", 1.2),
        ("feed of verdicts", "/public/en/verdicts.atom", 1.2),
        ("site map, its index", "/sitemap.xml", None),
        ("site map, a part of up to 10,000 claims", "/public/sitemap-0.xml", None),
        ("embed", f"/embed/en/claims/{middle}", 1.2),
    ):
        cost = yield from median(lambda a=address: _get(client, a), at.newsroom.server, times=3)
        yield Figure(f"readers: {name}", cost, most, {}, {"queries": (_count(at, client, address), QUERIES_MOST)})


def _article(at: Desk, client: Client, number: int) -> Steps:
    address = f"/public/en/articles/{number}-what-the-summit-will-bring-{number}"
    answer = _get(client, address)
    tag = {"If-None-Match": answer.headers["ETag"]}
    whole = yield from median(lambda: _get(client, address), at.newsroom.server, times=TIMES)
    bounds = {
        "CPU ms": (whole.cpu * 1000, PAGE_MOST),
        "kB": (len(answer.data) / 1000, BYTES_MOST),
        "queries": (float(_count(at, client, address)), float(QUERIES_MOST)),
    }
    yield Figure("readers: article of 16 claims", whole, 1.2, {}, bounds)
    known = yield from median(lambda: _get(client, address, 304, tag), at.newsroom.server, times=TIMES)
    yield Figure("readers: article, 304", known, 1.2, {}, {"CPU ms": (known.cpu * 1000, KNOWN_MOST)})


def _get(client: Client, address: str, status: int = 200, headers: dict[str, str] | None = None) -> Any:
    answer = client.get(address, headers=headers or {})
    if answer.status_code != status:
        raise RuntimeError(f"{address}: {answer.status_code}")
    _ = answer.data
    return answer


def _count(at: Desk, client: Client, address: str) -> int:
    asked: list[str] = []
    listen = lambda _connection, _cursor, statement, *_more: asked.append(statement)  # noqa: E731
    event.listen(at.database.engine, "before_cursor_execute", listen)
    try:
        _get(client, address)
    finally:
        event.remove(at.database.engine, "before_cursor_execute", listen)
    return sum(each.lstrip().startswith(("SELECT", "WITH")) for each in asked)
