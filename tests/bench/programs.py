"""What the API costs a program: one claim, an answer that nothing changed, and pages of lists however deep."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from tests.bench.desk import NOW, Desk, Figure, Steps
from tests.bench.measuring import median
from tracker.accounts import tokens
from tracker.accounts.models import Editor
from tracker.api import rate_limit
from tracker.api.cursors import write_cursor
from tracker.claims.models import Claim
from tracker.claims.models.verdict import VerdictDecision

ONE_MOST, SAME_MOST, MANY_MOST = 3.0, 1.5, 25.0  # ms


def programs(at: Desk) -> Steps:
    """Requests with a token, one after the other; the limit of a minute is lifted."""
    rate_limit.LIMITS.update({"read": 10**9, "write": 10**9})
    with at.database.writing() as session:
        own = session.get_one(Editor, at.editor.id)
        _row, secret = tokens.add(session, own, "Bench", ["read", "read:desk"], actor=own.actor, today=NOW.date())
    with at.database.reading() as session:
        last = session.scalar(select(func.max(Claim.id))) or 0
        changed = session.scalar(select(func.max(Claim.updated_at)))
        signed = session.scalar(select(func.max(VerdictDecision.decided_at)))
    assert changed is not None
    assert signed is not None
    client = at.app.test_client(use_cookies=False)

    def get(path: str, status: int = 200, **headers: str) -> Any:
        answer = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}", **headers})
        if answer.status_code != status:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return answer

    def asking(path: str, status: int = 200, **headers: str) -> Callable[[], Any]:
        return lambda: get(path, status, **headers)

    def deep(name: str, number: int) -> str:
        return f"/{name}?limit=200&after={write_cursor(str(at.app.secret_key), name, {}, number)}"

    etag = get(f"/claims/{last}").headers["ETag"]
    one = yield from median(asking(f"/claims/{last}"), at.newsroom.server, times=50)
    yield Figure("API, one claim", one, 1.2, {}, {"CPU ms": (one.cpu * 1000, ONE_MOST)})
    same = yield from median(asking(f"/claims/{last}", 304, **{"If-None-Match": etag}), at.newsroom.server, times=50)
    yield Figure("API, one claim unchanged", same, 1.2, {}, {"CPU ms": (same.cpu * 1000, SAME_MOST)})
    first = yield from median(asking("/claims?limit=200"), at.newsroom.server, times=5)
    yield Figure("API, first 200 claims", first, 1.2, {}, {"CPU ms": (first.cpu * 1000, MANY_MOST)})
    deepest = yield from median(asking(deep("claims", last - 201)), at.newsroom.server, times=5)
    yield Figure("API, last 200 claims", deepest, 1.2, {"first": (first.cpu, 1.5)})
    for name, moment, path in (("changed", changed.date(), "claims?changed"), ("signed", signed.date(), "verdicts?signed")):
        cost = yield from median(asking(f"/{path}_since={moment.isoformat()}&limit=50"), at.newsroom.server, times=5)
        yield Figure(f"API, {name} on the last day", cost, 1.5)
        cost = yield from median(asking(f"/{path}_since=2020-01-01&limit=50"), at.newsroom.server, times=5)
        yield Figure(f"API, {name} since ever", cost, 1.5)
    events = yield from median(asking("/events?after=1000&limit=200"), at.newsroom.server, times=5)
    yield Figure("API, 200 events", events, 1.2)
