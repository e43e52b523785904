"""The pages that are measured."""

from sqlalchemy import select

from tests.bench import making
from tests.bench.desk import Desk, Figure, Steps
from tracker.claims.enums import Status
from tracker.claims.models import Claim


def queue(at: Desk) -> Steps:
    """The page that is looked at most, and the same template drawn from what a dict holds."""
    cost = yield from at.page("/queue")
    bare = yield from at.bare("/queue")
    yield Figure("queue page", cost, 1.2, {"bare route": (bare, 2.0)})
    last = _place_near_the_end(at)
    first = yield from at.page("/queue?view=overdue")
    deepest = yield from at.page(f"/queue?view=overdue&after={last}")
    yield Figure("queue, deepest page", deepest, None, {"first page": (first.cpu, 1.5)})
    for name, number in (("owner", making.BUSY_OWNER), ("topic", making.BUSY_TOPIC), ("speaker", 11), ("article", 9)):
        cost = yield from at.page(f"/queue?{name}={number}")
        yield Figure(f"queue by {name}", cost, 1.2)
    # What they have in common fills no page of the smallest newsroom, so more is shown as well as looked for.
    cost = yield from at.page(f"/queue?owner=6&topic={making.BUSY_TOPIC}")
    yield Figure("queue by owner and topic", cost, None)


def _place_near_the_end(at: Desk) -> str:
    """The place after which a page is full and is the last."""
    with at.database.reading() as session:
        query = select(Claim.id, Claim.review_on).where(Claim.status == Status.DUE, Claim.review_on < making.TODAY)
        last = session.execute(query.order_by(Claim.review_on.desc(), Claim.id.desc()).offset(50).limit(1)).one()
    return f"{last.id}~{last.review_on}"


def claim(at: Desk) -> Steps:
    """One claim, with all that is on it."""
    number = at.newsroom.claims // 2
    for name, address in (("claim page", f"/claims/{number}"), ("history of a claim", f"/claims/{number}/history")):
        cost = yield from at.page(address)
        yield Figure(name, cost, 1.2)


def lists(at: Desk) -> Steps:
    """The long lists, at their beginning and at their end, where a page is full, too."""
    for name, address, end in (
        ("claims", "/claims", "after=51"),
        ("resolved claims", "/claims?status=resolved", "after=90"),
        ("articles", "/articles", f"after=1~{making.START.date()}"),
        ("record", "/record", "before=60"),
    ):
        first = yield from at.page(address)
        yield Figure(f"list of {name}", first, 1.2)
        joint = "&" if "?" in address else "?"
        deepest = yield from at.page(f"{address}{joint}{end}")
        yield Figure(f"{name}, deepest page", deepest, None, {"first page": (first.cpu, 1.5)})
    for name, most in (("speakers", 1.2), ("topics", 2.0)):
        cost = yield from at.page(f"/{name}")
        yield Figure(f"list of {name}", cost, most)


def search(at: Desk) -> Steps:
    """Words that many claims hold, and some that few do."""
    # Its claims fill no page of the smallest newsroom.
    yield Figure("search: a word of few claims", (yield from at.page("/claims?q=Karenlo")), None)
    for name, address in (
        ("search: a common word", "/claims?q=agreement"),
        ("search: a word of nobody", "/claims?q=zxywvut"),
        ("search: a phrase", "/claims?q=%22terres+rares%22"),
        ("search: two words and a status", "/claims?q=agreement+surprise&status=due"),
        ("search: a status that no hit has", "/claims?q=surprise&status=withdrawn"),
        ("search: articles", "/articles?q=awaits"),
        ("search: speakers", "/speakers?q=ka"),
    ):
        cost = yield from at.page(address)
        yield Figure(name, cost, 2.0)
