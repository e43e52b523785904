"""What a form and a program write is the same in the history, all but the way (`via`)."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.api.support import Program, Programs
from tests.claims.pages import fill
from tests.factories import fresh, make_article, make_claim, make_editor, make_evidence
from tests.support.web import Client, SignIn
from tracker.articles.models import Article
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.ledger.models import Event, EventTexts

ClockAt = Callable[[date | datetime], None]
# What is another for each row and for each text: numbers of rows, and what texts are hashed with.
LEFT_OUT = ("row", "salt", "sha256")
SOURCE = {
    "title": "Press release", "stance": "supports", "about": "condition", "url": "https://example.org/press",
    "publisher": "The port", "source_kind": "official", "visibility": "internal", "note": "The third paragraph.",
}  # fmt: skip
CHECK = {"where_looked": "The register of ferry lines", "found": "No line was registered."}
LATER = {"review_on": "2027-03-01", "reason": "The register is published in March."}
AGAIN = {"reason": "The other side signed as well."}
RATIONALE = "Both governments published what was signed."
DAYS = {"known_on": "2024-03-10", "occurred_from": "2024-03-09"}


@dataclass(frozen=True)
class Way:
    """One piece of work: the form's page and fields, and the operation's address and body."""

    status: str
    page: str
    typed: dict[str, Any]
    path: str
    body: dict[str, Any]
    method: str = "POST"
    fields: dict[str, Any] = field(default_factory=dict)  # of the claim


WAYS = {
    "evidence": Way("due", "evidence", SOURCE, "evidence", SOURCE, fields={"condition": "If the port is open."}),
    "check": Way("due", "checks", CHECK, "checks", CHECK),
    "note": Way("due", "notes", {"body": "Call the port."}, "notes", {"body": "Call the port."}),
    "track": Way("draft", "track", {}, "moves", {"move": "track"}),
    "postpone": Way("due", "postpone", LATER, "moves", {"move": "postpone", **LATER}),
    "withdraw": Way("open", "withdraw", {"reason": "mistake"}, "moves", {"move": "withdraw", "withdraw_reason": "mistake"}),
    "reopen": Way(
        "resolved", "reopen", {"kind": "update", **AGAIN}, "moves", {"move": "reopen", "verdict_kind": "update", **AGAIN},
    ),
    "change": Way("open", "edit", {"hedge": "perhaps"}, "", {"hedge": "perhaps"}, method="PATCH"),
    "propose": Way(
        "due", "verdict", {"outcome": "confirmed", "rationale": RATIONALE, **DAYS},
        "proposals", {"proposal": "verdict", "verdict": "confirmed", "rationale": RATIONALE, "language": "en", **DAYS},
    ),
    "withdrawal": Way(
        "resolved", "withdrawal", {"reason": "mistake", "rationale": RATIONALE},
        "proposals", {"proposal": "withdrawal", "withdraw_reason": "mistake", "rationale": RATIONALE, "language": "en"},
    ),
}  # fmt: skip


def entries(database: Database, since: int) -> list[tuple[str, str, Any, Any]]:
    """Kind, actor, data and texts of each entry behind a number; numbers of rows and hashes of texts are left out."""
    query = select(Event, EventTexts.texts).outerjoin(EventTexts, EventTexts.seq == Event.seq).where(Event.seq > since)
    with database.reading() as session:
        found = session.execute(query.order_by(Event.seq)).all()
        return [
            (event.kind, event.actor, plain(json.loads(event.canonical)["data"]), plain(json.loads(texts or "{}")))
            for event, texts in found
            if event.kind.partition(".")[0] not in {"api_token", "editor"}
        ]


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    numbers = {name for name, each in value.items() if name == "note" and isinstance(each, int)}
    kept = {name: each for name, each in value.items() if name not in (*LEFT_OUT, *numbers) and not name.endswith("_id")}
    return {re.sub(r":\d+", "", name): plain(each) for name, each in kept.items()}


def last(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Event.seq).order_by(Event.seq.desc()).limit(1)).one()


@pytest.fixture
def two(
    sign_in: SignIn, program: Programs, database: Database, clock_at: Callable[[date | datetime], None]
) -> tuple[Client, Program]:
    """The same editor with a browser and with a program, at one moment."""
    clock_at(date(2024, 3, 12))
    editor = make_editor(database)
    browser, bot = sign_in(editor), program(editor)
    browser.get("/queue")
    bot.get("/me")
    return browser, bot


def compare(one: list[Any], other: list[Any]) -> None:
    assert one
    for *_, data, _texts in other:
        assert data.pop("via").startswith("token:")
    assert one == other


@pytest.mark.parametrize("name", WAYS)
def test_form_and_program_record_the_same(two: tuple[Client, Program], database: Database, name: str):
    (browser, bot), way, article = two, WAYS[name], make_article(database)
    by_form, by_program = (make_claim(database, way.status, article=article, **way.fields) for _ in range(2))
    if way.status == "due":
        for claim in (by_form, by_program):
            make_evidence(database, claim)
    by_form, by_program = fresh(database, by_form), fresh(database, by_program)
    start = last(database)
    answer = fill(browser, f"/claims/{by_form.id}/{way.page}", f"/{way.page}", **way.typed)
    assert answer.status_code == 303, answer.text
    middle = last(database)
    address, version = f"/claims/{by_program.id}/{way.path}".rstrip("/"), f'"claim-{by_program.id}-{by_program.version}"'
    answer = bot.send(way.method, address, way.body, version=version)
    assert answer.status_code in (200, 201), answer.text
    whole = entries(database, start)
    count = len(whole) - len(entries(database, middle))
    compare(whole[:count], whole[count:])


def test_new_article_is_recorded_the_same(two: tuple[Client, Program], database: Database):
    browser, bot = two
    named = {"outlet": "Meridian", "author": "Ada", "language": "en", "published_on": "2024-01-15"}
    start = last(database)
    assert fill(browser, "/articles/new", "/articles/new", title="The port", body="A ferry.", **named).status_code == 303
    middle = last(database)
    own = {f"article_{name}" if name != "outlet" else name: value for name, value in named.items()}
    assert bot.post("/articles", {"article_title": "The port", "text": "A ferry.", **own}).status_code == 201
    whole = entries(database, start)
    count = len(whole) - len(entries(database, middle))
    compare(whole[:count], whole[count:])


def test_new_claim_is_recorded_the_same(two: tuple[Client, Program], database: Database):
    browser, bot = two
    article = make_article(database)
    typed = {"statement": "A ferry will sail.", "language": "en", "certainty": "flat", "review_on": "2027-01-15"}
    start = last(database)
    assert fill(browser, f"/claims/new?article={article.id}", "/new", **typed).status_code == 303
    middle = last(database)
    with database.reading() as session:
        made = session.scalars(select(Claim)).one()
        more = {"made_on": made.made_on.isoformat(), "attribution": made.attribution.value, "quote_kind": made.quote_kind}
        assert session.get_one(Article, article.id).id == made.article_id
    assert bot.post("/claims", {"article_id": article.id, **typed, **more}).status_code == 201
    whole = entries(database, start)
    count = len(whole) - len(entries(database, middle))
    compare(whole[:count], whole[count:])
