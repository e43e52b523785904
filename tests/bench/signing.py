"""What a signature costs, and how much of it is for readers' pages and for scorecards, measured in turns on claims alike."""

import statistics
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.bench import making
from tests.bench.desk import Desk, Figure, Steps
from tests.bench.measuring import Cost, spent
from tracker.claims.enums import Outcome, Stance, Status
from tracker.claims.models import Claim
from tracker.claims.services import evidence, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.public.models import Publication
from tracker.publishing import services
from tracker.scores import jobs
from tracker.scores.models import ScoreState

PUBLIC_MOST: Final = 1.3  # times what it costs without readers' pages
SCORES_MOST: Final = 1.2  # times what it costs without scorecards
ROUNDS: Final = 15
EACH: Final = 3  # claims of a variant in a round
NOTHING, PUBLIC, SCORES, BOTH = "nothing", "readers' pages", "scorecards", "both"
VARIANTS: Final = (NOTHING, PUBLIC, SCORES, BOTH)
SAID: Final = Proposed(Outcome.CONFIRMED, "It was signed in public.", making.TODAY, occurred_from=making.START.date())


def verdict(at: Desk) -> Steps:
    """A verdict proposed and signed, in two transactions, with and without each of the two; then as the editor's POST."""
    waiting = _prepare(at)
    signing: dict[str, list[float]] = defaultdict(list)
    whole: dict[str, list[float]] = defaultdict(list)
    posted: dict[str, list[float]] = defaultdict(list)
    for number in range(min(map(len, waiting.values())) // (2 * EACH)):
        for variant in VARIANTS[number % 4 :] + VARIANTS[: number % 4]:
            _switch(at, variant)
            own, sent = ([waiting[variant].pop() for _ in range(EACH)] for _ in range(2))
            proposing = spent(_each(at, own, _propose), at.newsroom.server)
            signed = spent(_each(at, own, _sign), at.newsroom.server)
            _each(at, sent, _propose_as_second)()
            answered = spent(partial(_post, at, sent), at.newsroom.server)
            _check_signed(at, own + sent)
            if number:  # the first round is not counted
                signing[variant].append(signed / EACH)
                whole[variant].append((proposing + signed) / EACH)
                posted[variant].append(answered / EACH)
        yield None
    _switch(at, BOTH)
    for name, found in (("signed", signing), ("proposed and signed", whole), ("signed, the whole request", posted)):
        middle = {variant: statistics.median(values) for variant, values in found.items()}
        yield Figure(f"verdict {name}, {NOTHING} more", Cost(middle[NOTHING]), 2.0)
        bounds = ((PUBLIC, NOTHING, PUBLIC_MOST), (SCORES, NOTHING, SCORES_MOST), (BOTH, SCORES, PUBLIC_MOST))
        for variant, before, most in (*bounds, (BOTH, PUBLIC, SCORES_MOST), (BOTH, NOTHING, PUBLIC_MOST * SCORES_MOST)):
            # Of each round its own ratio: what else the machine does falls on both.
            ratio = statistics.median(one / other for one, other in zip(found[variant], found[before], strict=True))
            beside = {f"with {before}": (middle[variant] / ratio, most)}
            yield Figure(f"verdict {name}, with {variant}", Cost(middle[variant]), None, beside)


def _prepare(at: Desk) -> dict[str, list[int]]:
    """Due claims with a source, for each variant in articles of their own, all counted, those for readers published."""
    count = (ROUNDS + 1) * EACH * 2
    waiting: dict[str, list[int]] = {variant: [] for variant in VARIANTS}
    with at.database.reading() as session:
        due = session.execute(select(Claim.id, Claim.article_id).where(Claim.status == Status.DUE).order_by(Claim.id))
        for number, article_id in due:
            own = waiting[VARIANTS[article_id % 4]]
            if len(own) < count:
                own.append(number)
        public = [*waiting[PUBLIC], *waiting[BOTH]]
        there = set(session.scalars(select(Publication.article_id)))  # of a newsroom that was kept
        articles = sorted(set(session.scalars(select(Claim.article_id).where(Claim.id.in_(public)))) - there)
    with at.database.writing() as session:
        for number in (each for numbers in waiting.values() for each in numbers):
            own_claim = session.get_one(Claim, number)
            evidence.add_evidence(
                session,
                own_claim,
                actor=at.editor.actor,
                title="Gazette",
                stance=Stance.SUPPORTS,
                url="https://gazette.example/",
            )
    jobs.count_as_of(at.database, making.TODAY)
    for article_id in articles:
        with at.database.writing() as session:
            services.publish(session, article_id, actor=at.second.actor)
    return waiting


def _switch(at: Desk, variant: str) -> None:
    """Have signatures do the work of a variant alone: as in a newsroom without published articles, or before the first count."""
    state = "public" if variant in (PUBLIC, BOTH) else "private"
    with at.database.writing() as session:
        session.execute(text("UPDATE publication SET state = :state WHERE state IN ('public', 'private')"), {"state": state})
        session.execute(text("DELETE FROM score_state"))
        if variant in (SCORES, BOTH):
            session.add(ScoreState(id=1, as_of=making.TODAY))


def _each(at: Desk, numbers: list[int], work: Callable[[Session, Claim, Desk], object]) -> Callable[[], None]:
    def run() -> None:
        for number in numbers:
            with at.database.writing() as session:
                work(session, session.get_one(Claim, number), at)

    return run


def _propose(session: Session, claim: Claim, at: Desk) -> None:
    verdicts.propose(session, claim, SAID, actor=at.editor.actor, version=claim.version)


def _propose_as_second(session: Session, claim: Claim, at: Desk) -> None:
    verdicts.propose(session, claim, SAID, actor=at.second.actor, version=claim.version)


def _sign(session: Session, claim: Claim, at: Desk) -> None:
    verdicts.sign(session, claim, actor=at.second.actor, version=claim.version)


def _post(at: Desk, numbers: list[int]) -> None:
    for number in numbers:
        with at.database.reading() as session:
            version = session.scalar(select(Claim.version).where(Claim.id == number))
        at.client.post(f"/claims/{number}/signoff", data={"version": str(version), "action": "sign"})


def _check_signed(at: Desk, numbers: list[int]) -> None:
    with at.database.reading() as session:
        found = set(session.scalars(select(Claim.status).where(Claim.id.in_(numbers))))
    if found != {Status.RESOLVED}:
        raise RuntimeError(f"not all of {numbers} are signed")
