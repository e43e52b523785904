"""Newsrooms for tests of scores: the six articles of the worked example, and counting by hand."""

from datetime import date

from tests.factories import make_article, make_claim, make_editor
from tracker.claims.enums import Certainty, Outcome
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.scores import cells, jobs

DAY = date(2024, 6, 1)
# Confirmed, partly confirmed and refuted claims of each article.
ARTICLES = {"A": (4, 0, 1), "B": (1, 1, 4), "C": (3, 0, 0), "D": (0, 1, 3), "E": (2, 0, 2), "F": (2, 0, 0)}
OUTCOMES = (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED, Outcome.REFUTED)


def count_all(database: Database, day: date = DAY) -> None:
    """Count every claim as of a day, as the job does."""
    jobs.count_as_of(database, day)


def differences(database: Database) -> list[tuple[str, tuple[object, ...]]]:
    """Every cell that is not what the claims amount to."""
    with database.reading() as session:
        return list(cells.find_differences(session))


def make_worked_example(database: Database, **fields: object) -> list[Claim]:
    """Make the thirty ripe claims of the worked example: 24 judged, 2 unresolvable, 1 void, 3 overdue. Returns the judged."""
    with database.sessions(expire_on_commit=False) as session, database.writing(session):
        editor, signer = make_editor(session), make_editor(session)
        people = {"proposer": editor, "signer": signer}
        given = {"certainty": Certainty.HEDGED, "hedge": "probably", "likelihood_low": 55, "likelihood_high": 75, **fields}
        judged = []
        for title, counts in ARTICLES.items():
            article = make_article(session, title)
            for outcome, count in zip(OUTCOMES, counts, strict=True):
                judged += [
                    make_claim(session, "resolved", article=article, outcome=outcome, **people, **given) for _ in range(count)
                ]
        for outcome in (Outcome.UNRESOLVABLE, Outcome.UNRESOLVABLE, Outcome.VOID):
            make_claim(session, "resolved", article=article, outcome=outcome, **people, **given)
        for _ in range(3):
            make_claim(session, "due", article=article, **given)
    return judged
