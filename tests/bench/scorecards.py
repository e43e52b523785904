"""What scorecards cost: added up from the cells of a newsroom, and kept in step by every signature."""

from sqlalchemy import func, select, update

from tests.bench import making
from tests.bench.desk import Desk, Figure, Steps
from tests.bench.measuring import median
from tracker.accounts.models import Desk as DeskRow
from tracker.accounts.models import Editor
from tracker.scores import cells, jobs, queries
from tracker.scores.cards import Grouping, Selection
from tracker.scores.models import NO_ONE, ScoreCell

WHOLE_MOST = 300.0  # ms
ONE_MOST = 50.0
DESKS = 5


def scores(at: Desk) -> Steps:
    """The first view of each scorecard: nothing of it is in memory."""
    _make_desks(at)
    jobs.count_as_of(at.database, making.TODAY)
    with at.database.reading() as session:
        biggest, number = session.execute(
            select(ScoreCell.speaker_id, func.count().label("number"))
            .where(ScoreCell.speaker_id != NO_ONE)
            .group_by(ScoreCell.speaker_id)
            .order_by(func.count().desc(), ScoreCell.speaker_id)
            .limit(1)
        ).one()
        article, claims = session.execute(
            select(ScoreCell.article_id, func.sum(ScoreCell.tracked)).group_by(ScoreCell.article_id).limit(1)
        ).one()
    for path, selection, most in (
        ("scorecard of the newsroom", Selection(), WHOLE_MOST),
        (f"scorecard of a speaker with {number:,} cells", Selection(speaker_id=biggest), ONE_MOST),
        ("scorecard of a desk, a fifth of all owners", Selection(desk_id=1), WHOLE_MOST),
        ("scorecard of the articles’ own voice, a quarter of all claims", Selection(speaker_id=NO_ONE), ONE_MOST),
    ):
        yield from _card(at, path, selection, most)
    for path, by, selection in (
        ("scorecards by speaker", Grouping.SPEAKER, Selection()),
        ("scorecards by desk", Grouping.DESK, Selection()),
        ("scorecard of a desk by year", Grouping.YEAR, Selection(desk_id=1)),
    ):
        yield from _groups(at, path, by, selection)
    yield from _counting(at, article, claims)


def _card(at: Desk, path: str, selection: Selection, most: float) -> Steps:
    def add_up() -> None:
        with at.database.reading() as session:
            queries.load_card(session, selection)

    cost = yield from median(add_up, at.newsroom.server)
    yield Figure(path, cost, None, {}, {"CPU ms": (cost.cpu * 1000, most)})


def _make_desks(at: Desk) -> None:
    """Give every owner one of five desks, before anything is counted."""
    with at.database.writing() as session:
        if session.scalar(select(func.count()).select_from(DeskRow)) == 0:
            session.add_all([DeskRow(id=number, name=f"Desk {number}") for number in range(1, DESKS + 1)])
            session.flush()
            session.execute(update(Editor).values(desk_id=Editor.id % DESKS + 1))


def _groups(at: Desk, path: str, by: Grouping, selection: Selection) -> Steps:
    def add_up() -> None:
        with at.database.reading() as session:
            queries.load_groups(session, by, selection)

    cost = yield from median(add_up, at.newsroom.server, rounds=3)
    yield Figure(path, cost, None, {}, {"CPU ms": (cost.cpu * 1000, WHOLE_MOST)})


def _counting(at: Desk, article: int, claims: int) -> Steps:
    def count() -> None:
        with at.database.writing() as session:
            cells.rebuild(session, [article], making.TODAY)

    cost = yield from median(count, at.newsroom.server, times=10)
    yield Figure(f"counting an article of {claims} claims again", cost, 1.2)
