"""The morning of an editor by keyboard: five verdicts, three postponements and two signatures, out of twenty overdue claims."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Desk
from tests.browser.hands import Hands
from tests.factories import REVIEW_ON, fresh, make_editor, verdicts_of
from tracker import clock
from tracker.claims.enums import Outcome, Stance
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.ledger.models import Event
from tracker.newsroom import settings

OVERDUE: Final = 20
VERDICTS: Final = {"1": Outcome.CONFIRMED, "3": Outcome.REFUTED, "4": Outcome.UNRESOLVABLE}
MORNING: Final = "31d3d41d"  # what is done with each of the first claims: a verdict, or a later date
SIGNED: Final = 2
DOCUMENTED: Final = [Path("docs/daily-work.md"), Path("docs/fr/daily-work.md")]
KEYS_MOST: Final = 80
RATIONALE: Final = "The city says so in its newsletter."
NEWSLETTER_OF: Final = date(2024, 3, 1)


@pytest.fixture
def overdue(make_claim: Callable[..., Any], make_evidence: Callable[..., Any], make_check: Callable[..., Any]) -> list[Claim]:
    """Claims that are overdue, each with a source for it, one against it, and a check."""
    made = []
    for number in range(OVERDUE):
        day = REVIEW_ON + timedelta(days=number)
        claim = make_claim("due", statement=f"Bridge {number + 1} will reopen this spring.", review_on=day)
        for stance in (Stance.CONTRADICTS, Stance.SUPPORTS):
            make_evidence(claim, stance, published_on=date(2024, 3, 1))
        make_check(claim)
        made.append(claim)
    return made


def work(page: Page, hands: Hands, what: str) -> None:
    """Do one thing with the claim under the cursor, and go on to the next one."""
    hands.look()
    hands.press(what)
    if what == "d":
        page.wait_for_url("**/postpone*")
        expect(page.locator("#review_on")).to_be_focused()
        hands.type("+3m")
        hands.press("Tab")
        hands.paste("The builders now say autumn.")
    else:
        expect(page.locator("#vd-rationale")).to_be_focused()
        hands.paste(RATIONALE)
    if what == "1":
        hands.tab_to("occurred_from")
        hands.type("1 mar 2024")
    if what == "4":
        hands.tab_to("known_on")
        hands.type("1 mar 2024")
        hands.tab_to("reason")
        hands.press("ArrowDown")
    left = page.url
    hands.press("Control+Shift+Enter")
    page.wait_for_function("left => location.href != left", arg=left)
    expect(page.get_by_role("status").first).to_contain_text("The review date is now" if what == "d" else "Proposed:")


def spend_morning(page: Page) -> Hands:
    """Work the first claims of the queue, then sign what a colleague proposed."""
    hands = Hands(page)
    page.goto("/queue")
    hands.press("j")
    for what in MORNING:
        work(page, hands, what)
    hands.new_line()
    hands.press("g")
    hands.press("c")
    page.wait_for_url("**/queue?view=signoff")
    hands.press("j")
    hands.press("Enter")
    for _ in range(SIGNED):
        expect(page.locator("#verdict")).to_be_focused()
        hands.look()
        left = page.url
        hands.press("Control+Shift+Enter")
        page.wait_for_function("left => location.href != left", arg=left)
        expect(page.get_by_role("status").first).to_contain_text("Signed.")
    return hands


def _is_in_three_months(database: Database, day: date | None) -> bool:
    """Whether a day is three months from today in the newsroom's zone: the same day of the month, or its last one."""
    with database.reading() as session:
        today = clock.today(settings.load(session).zone)
    if day is None:
        return False
    months = (day.year - today.year) * 12 + day.month - today.month
    is_last = (day + timedelta(days=1)).month != day.month
    return months == 3 and (day.day == today.day or (is_last and day.day < today.day))


def test_morning_by_keyboard_takes_the_documented_keys_and_changes_nothing_else(
    desk: Desk, overdue: list[Claim], make_claim: Callable[..., Any], database: Database
):
    editor, colleague = make_editor(database), make_editor(database)
    proposed = [make_claim("proposed", outcome=Outcome.REFUTED, proposer=colleague) for _ in range(SIGNED + 1)]
    others = [fresh(database, claim) for claim in (*overdue[len(MORNING) :], proposed[-1])]
    with database.reading() as session:
        earlier = set(session.scalars(select(Event.seq)))
    hands = spend_morning(desk(editor))

    for claim, what in zip(overdue, MORNING, strict=False):
        now = fresh(database, claim)
        if what == "d":
            assert now.status == "open"
            assert _is_in_three_months(database, now.review_on)
            assert verdicts_of(database, claim) == []
        else:
            verdict = verdicts_of(database, claim)[-1]
            assert (now.status, verdict.outcome, verdict.proposed_by_id) == ("proposed", VERDICTS[what], editor.id)
            assert verdict.rationale == RATIONALE
            assert verdict.occurred_from == (NEWSLETTER_OF if what == "1" else None)
            assert verdict.known_on == NEWSLETTER_OF  # typed, or suggested by the sources
    assert [fresh(database, claim).status for claim in proposed] == ["resolved", "resolved", "proposed"]
    for claim in others:
        assert fresh(database, claim).version == claim.version
    with database.reading() as session:
        kinds = Counter(event.kind for event in session.scalars(select(Event)) if event.seq not in earlier)
    assert kinds == {"claim.propose": 5, "claim.postpone": 3, "claim.sign": 2}

    assert hands.keys <= KEYS_MOST
    for document in DOCUMENTED:
        text = document.read_text("utf-8")
        assert f"```text\n{hands.list}\n```" in text
        assert f"{hands.keys} " in text
        assert str(hands.seconds).replace(".", "," if "fr" in document.parts else ".") in text
