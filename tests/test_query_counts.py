"""A list takes as many queries for many rows as for few."""

from collections.abc import Callable
from typing import Any

from tests.claims.crowd import watched
from tests.support.web import SignIn
from tracker.db import Database

PAGES = ("/claims", "/claims?q=something", "/claims?status=open", "/articles", "/record")


def test_the_lists_of_claims_articles_and_events(
    sign_in: SignIn,
    database: Database,
    make_article: Callable[..., Any],
    make_claim: Callable[..., Any],
    make_editor: Callable[..., Any],
    make_topic: Callable[..., Any],
):
    client = sign_in(make_editor(roles=("editor", "chief")))

    def made() -> dict[str, int]:
        counts = {}
        for page in PAGES:
            with database.reading() as session, watched(session) as seen:
                assert client.get(page).status_code == 200
            counts[page] = len(seen)
        return counts

    make_claim("open", article=make_article(), owner=make_editor(), topics=[make_topic()], statement="Something will happen.")
    made()
    few = made()
    for _ in range(5):
        make_claim("open", article=make_article(), owner=make_editor(), topics=[make_topic()], statement="Something will happen.")
    assert made() == few
    assert max(few.values()) <= 20
