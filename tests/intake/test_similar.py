"""Claims that a candidate seems to repeat."""

from sqlalchemy.orm import Session

from tests.factories import make_article, make_claim, make_editor
from tests.intake.sorting import BODY, find_candidate, load_candidates, read_article
from tracker.articles.models import Article
from tracker.db import Database
from tracker.intake.models import ArticleReading
from tracker.intake.similar import SimilarClaim, find_similar_claims


def find(session: Session, reading: int, words: str) -> SimilarClaim | None:
    candidate = find_candidate(session, reading, words)
    return find_similar_claims(session, reading, [candidate]).get(candidate.id)


def test_claim_of_the_same_passage_is_found_by_its_place(database: Database, session: Session):
    reading = read_article(database, make_editor(database))
    article = session.get_one(Article, session.get_one(ArticleReading, reading).article_id)
    start = BODY.index("will reopen in June")
    claim = make_claim(
        database, "open", article=article, statement="Quite other words.", quote="will reopen in June", quote_kind="verbatim",
        text_number=1, quote_start=start, quote_end=start + len("will reopen in June"),
    )  # fmt: skip

    found = find(session, reading, "reopen")

    assert found is not None
    assert (found.id, found.is_same_passage, found.is_here) == (claim.id, True, True)
    assert find(session, reading, "Traffic") is None


def test_claim_with_like_words_is_found_in_another_article(database: Database, session: Session):
    other = make_article(database, "The old article")
    claim = make_claim(database, "open", article=other, statement="The bridge at Sollen reopens in June 2024.")
    make_claim(database, "open", article=other, statement="A bridge is built in Veldt.")
    reading = read_article(database, make_editor(database))

    found = find(session, reading, "reopen")

    assert found is not None
    assert (found.id, found.article_title, found.is_here) == (claim.id, "The old article", False)
    assert not found.is_same_passage


def test_withdrawn_and_unlike_claims_are_not_found(database: Database, session: Session):
    other = make_article(database, "The old article")
    make_claim(database, "withdrawn", article=other, statement="The bridge at Sollen will reopen in June 2024.")
    make_claim(database, "open", article=other, statement="The price of bread at Sollen will double in June 2024.")
    reading = read_article(database, make_editor(database))

    assert find_similar_claims(session, reading, load_candidates(session, reading)) == {}


def test_many_newer_claims_that_do_not_count_hide_no_like_claim(database: Database, session: Session):
    other = make_article(database, "The old article")
    claim = make_claim(database, "open", article=other, statement="The bridge at Sollen reopens in June 2024.")
    for _ in range(41):
        make_claim(database, "withdrawn", article=other, statement="The bridge at Sollen will reopen in June 2024.")
    reading = read_article(database, make_editor(database))

    found = find(session, reading, "reopen")

    assert found is not None
    assert found.id == claim.id
