"""Several processes on the same claims at once: of two who decide exactly one wins, and of two who add both do.

Four processes run one race on each database; each test looks at what came of its kind of claims.
"""

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from tests.claims.desk import DAY, LATER, said
from tests.claims.racing import Step, race
from tests.factories import change_settings, fresh, make_claim, make_editor, make_evidence, verdicts_of
from tests.support.databases import BACKENDS, Databases, TestDatabase
from tracker.claims.models import Claim, Evidence, VerdictDecision
from tracker.db import Database

ROUNDS = 3

# What the four do with claims of one status, all from the version they read.
SCENES: dict[str, tuple[str, list[str | None]]] = {
    "sign": ("proposed", ["sign"] * 4),
    "propose": ("due", ["propose"] * 4),
    "decide": ("open", ["decide"] * 4),
    "reopen": ("resolved", ["reopen"] * 4),
    "dispute": ("proposed", ["recall", "sign", "return", "sign"]),
    "adding": ("proposed", ["check", "evidence", "check", "evidence"]),
    "editing": ("open", ["edit hedge", "edit refuted_if", "edit deadline", "evidence"]),
    "sweeping": ("open", ["flag", "postpone", "flag", None]),
    "melee": ("due", ["propose", "edit hedge", "postpone", "withdraw"]),
    "topic": ("draft", ["topic"] * 4),
}


@dataclass
class Raced:
    """What came of the race: the claims of each scene as they were, and what each of the four was told of each."""

    database: Database
    claims: dict[str, list[Claim]]
    told: dict[str, list[list[str]]]

    def of(self, scene: str) -> list[tuple[Claim, list[str]]]:
        return list(zip(self.claims[scene], self.told[scene], strict=True))

    def since(self, claim: Claim) -> list[str]:
        """What the history says happened to the claim in the race."""
        return [line["kind"] for line in said(self.database, claim) if line.get("version", 0) > claim.version]


@pytest.fixture(scope="module", params=BACKENDS)
def arena(request: pytest.FixtureRequest, databases: Databases) -> Generator[TestDatabase]:
    """One database for the race and the tests that look at it."""
    own = databases.create(request.param)
    yield own
    own.remove()


@pytest.fixture(scope="module")
def raced(arena: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Raced:
    database = arena.open()
    with database.sessions(expire_on_commit=False) as session, database.writing(session):
        change_settings(session, second_signature=False)
        editors = [make_editor(session, roles=["chief"]) for _ in range(4)]
        claims: dict[str, list[Claim]] = {}
        for scene, (status, _) in SCENES.items():
            # The review day has come for those that the sweep is after.
            claims[scene] = [
                make_claim(session, status, proposer=editors[0] if scene == "dispute" else None, review_on=DAY)
                for _ in range(ROUNDS)
            ]
            for claim in claims[scene] if status in ("open", "due") else ():
                make_evidence(session, claim)
                session.refresh(claim)
    order = [(scene, claim) for scene, of_scene in claims.items() for claim in of_scene]
    racers: list[tuple[int, list[Step]]] = [
        (editor.id, [(SCENES[scene][1][number], claim.id, claim.version) for scene, claim in order])
        for number, editor in enumerate(editors)
    ]
    by_claim = list(zip(*race(arena.url, tmp_path_factory.mktemp("race"), racers), strict=True))
    told: dict[str, list[list[str]]] = {scene: [] for scene in SCENES}
    for (scene, _), outcomes in zip(order, by_claim, strict=True):
        told[scene].append(list(outcomes))
    return Raced(database, claims, told)


@pytest.mark.parametrize("move", ["sign", "propose", "decide", "reopen"])
def test_of_many_who_make_the_same_move_exactly_one_does(raced: Raced, move: str):
    for claim, outcomes in raced.of(move):
        assert Counter(outcomes) == {"won": 1, "Stale": 3}
        assert raced.since(claim) == [f"claim.{move}"]
        assert fresh(raced.database, claim).version == claim.version + 1
        with raced.database.reading() as session:
            ids = [verdict.id for verdict in verdicts_of(session, claim)]
            decided = session.scalar(select(func.count()).where(VerdictDecision.verdict_id.in_(ids)))
        assert (len(ids), decided) == (1, 0 if move == "propose" else 1)


def test_of_one_who_recalls_one_who_returns_and_two_who_sign_exactly_one_does(raced: Raced):
    for claim, outcomes in raced.of("dispute"):
        assert Counter(outcomes) == {"won": 1, "Stale": 3}
        winner = SCENES["dispute"][1][outcomes.index("won")]
        assert raced.since(claim) == [f"claim.{winner}"]
        assert fresh(raced.database, claim).status == ("resolved" if winner == "sign" else "due")
        with raced.database.reading() as session:
            query = select(VerdictDecision.decision).where(VerdictDecision.verdict_id == claim.proposal_id)
            [decision] = session.scalars(query).all()
        assert decision == {"sign": "signed", "return": "returned", "recall": "recalled"}[str(winner)]


def test_all_who_add_evidence_and_checks_succeed(raced: Raced):
    for claim, outcomes in raced.of("adding"):
        assert outcomes == ["won"] * 4
        versions = [line["version"] for line in said(raced.database, claim) if "version" in line]
        assert versions == list(range(1, claim.version + 5))
        with raced.database.reading() as session:
            assert session.scalar(select(func.count()).where(Evidence.claim_id == claim.id)) == 3


def test_edits_of_different_fields_from_one_version_are_all_kept(raced: Raced):
    for claim, outcomes in raced.of("editing"):
        assert outcomes == ["won"] * 4
        after = fresh(raced.database, claim)
        assert (after.hedge, after.refuted_if, str(after.deadline_on)) == ("probably", "Nothing is signed.", "2024-06-01")
        assert after.version == claim.version + 4


def test_the_sweep_never_costs_an_editor_a_move(raced: Raced):
    for claim, outcomes in raced.of("sweeping"):
        assert outcomes == ["won", "won", "won", "stood by"]
        after = fresh(raced.database, claim)
        assert (after.status, after.review_on, after.version) == ("open", LATER, claim.version + 1)
        assert [line["kind"] for line in said(raced.database, claim)].count("claim.flag") <= 1


def test_concurrent_moves_end_in_refusals_with_an_intact_history(raced: Raced):
    for claim, outcomes in raced.of("melee"):
        assert set(outcomes) <= {"won", "Stale", "IllegalMove"}
        won = outcomes.count("won")
        assert won >= 1
        assert fresh(raced.database, claim).version == claim.version + won
        assert len(raced.since(claim)) == won


def test_a_topic_added_by_many_at_once_is_there_once(raced: Raced):
    for _, outcomes in raced.of("topic"):
        assert Counter(outcomes) == {"won": 1, "Invalid": 3}
