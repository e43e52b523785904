"""Several editors do whatever comes to mind with a few claims. However they mix it, no claim ends where it must not be."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.claims.soundness import chain_faults, illegal, replay_faults
from tests.factories import (
    DESK,
    PUBLISHED_ON,
    change_settings,
    make_article,
    make_check,
    make_claim,
    make_editor,
    make_evidence,
    make_topic,
    on,
)
from tracker.claims import lifecycle
from tracker.claims.enums import DeadlineSource, Outcome, OutcomeReason, Stance, VerdictKind, WithdrawReason
from tracker.claims.models import Claim, Evidence
from tracker.claims.services import editing, moves, undo, verdicts
from tracker.claims.services import evidence as work
from tracker.claims.verdict_rules import Proposed
from tracker.db import Database
from tracker.errors import Refusal
from tracker.ledger import Actor
from tracker.ledger.models import Event

CLAIMS, PEOPLE = 2, 5
STEPS = 200

which_claim = st.integers(0, CLAIMS - 1)
who = st.integers(0, PEOPLE - 1)
days = st.integers(0, 60)
words = st.sampled_from(["", "x", "It may well be.", "Cafe\u0301 👩‍🚀", " spaced ", "\u200b"])
reasons = st.sampled_from(["Because of the news.", "Because of the news, again.", "Because.", ""])
# Half of the pages are fresh; the rest was read some changes ago, or never.
behind = st.sampled_from([0, 0, 0, 1, 2, -1])

Work = Callable[[Session, Claim, Actor, int], Any]


@dataclass(frozen=True)
class Content:
    """What somebody fills in with a move; each move takes of it what it needs."""

    ready: bool
    outcome: Outcome
    reason: str
    later: int
    kind: VerdictKind
    why: WithdrawReason
    signer: int | None


contents = st.builds(
    Content,
    ready=st.sampled_from([True, True, True, False]),
    outcome=st.sampled_from(Outcome),
    reason=reasons,
    later=days,
    kind=st.sampled_from([VerdictKind.UPDATE, VerdictKind.CORRECTION, VerdictKind.FIRST]),
    why=st.sampled_from(WithdrawReason),
    signer=st.none() | who,
)
NAMES = sorted(set(lifecycle.MOVES) - {"flag"})


class Desk(RuleBasedStateMachine):
    """The newsroom's desk: two claims, four editors (the last a chief) and a viewer, and a day that only moves on."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database

    @initialize(author=who)
    def open_the_desk(self, author: int) -> None:
        self.day = PUBLISHED_ON
        with self.database.sessions(expire_on_commit=False) as session, self.database.writing(session):
            change_settings(session, second_signature=True, author_may_judge=True)
            roles = ["editor", "editor", "editor", "chief", "viewer"]
            self.people = [make_editor(session, roles=[role]).actor for role in roles]
            self.topics = [make_topic(session).id for _ in range(2)]
            article = make_article(session, author_editor_id=self.people[author].editor_id)
            self.claims = [
                make_claim(session, "draft", article=article, review_on=PUBLISHED_ON + timedelta(days=10)).id
                for _ in range(CLAIMS)
            ]

    @property
    def at(self) -> Any:
        return on(self.day)

    def attempt(self, claim: int, actor: int, behind: int, work: Work) -> None:
        """Do something to a claim. A refusal must leave everything as it was; a success changes the version by one at most."""
        claim_id, person = self.claims[claim], self.people[actor]
        before = self.picture(claim_id)
        try:
            with self.database.writing() as session:
                own = session.get_one(Claim, claim_id)
                work(session, own, person, own.version - behind)
        except Refusal:
            assert self.picture(claim_id) == before
        else:
            assert self.picture(claim_id)["version"] - before["version"] in (0, 1)

    def picture(self, claim_id: int) -> dict[str, Any]:
        with self.database.reading() as session:
            claim = session.get_one(Claim, claim_id)
            columns = {column.key: getattr(claim, column.key) for column in Claim.__table__.columns}
            return columns | {"events": session.scalars(select(Event.seq).where(Event.subject == f"claim:{claim_id}")).all()}

    # --- time and rules of the house ---

    @rule(passed=days)
    def days_pass_and_the_sweep_runs(self, passed: int) -> None:
        self.day += timedelta(days=passed)
        with self.database.writing() as session:
            lifecycle.flag_batch(session, self.day, limit=10, at=self.at)

    @rule(second_signature=st.booleans(), author_may_judge=st.booleans())
    def the_house_changes_its_rules(self, second_signature: bool, author_may_judge: bool) -> None:
        change_settings(self.database, second_signature=second_signature, author_may_judge=author_may_judge)

    # --- gathering ---

    @rule(
        claim=which_claim, actor=who, stance=st.sampled_from(Stance), visibility=st.sampled_from(["public", "public", "internal"])
    )
    def add_evidence(self, claim: int, actor: int, stance: Stance, visibility: str) -> None:
        self.attempt(claim, actor, 0, lambda s, c, a, _: make_evidence(s, c, stance, actor=a, at=self.at, visibility=visibility))

    @rule(claim=which_claim, actor=who, reason=reasons)
    def withdraw_evidence(self, claim: int, actor: int, reason: str) -> None:
        def withdraw(session: Session, own: Claim, person: Actor, _: int) -> None:
            found = session.scalars(select(Evidence.id).where(Evidence.claim_id == own.id).order_by(Evidence.id)).first()
            work.withdraw_evidence(session, own, found or 0, reason, actor=person, at=self.at)

        self.attempt(claim, actor, 0, withdraw)

    @rule(claim=which_claim, actor=who, exhaustive=st.booleans())
    def look(self, claim: int, actor: int, exhaustive: bool) -> None:
        self.attempt(claim, actor, 0, lambda s, c, a, _: make_check(s, c, actor=a, at=self.at, exhaustive=exhaustive))

    # --- editing ---

    @rule(
        claim=which_claim,
        actor=who,
        behind=behind,
        values=st.fixed_dictionaries(
            {},
            optional={
                "statement": words,
                "confirmed_if": words,
                "condition": words,
                "condition_status": st.sampled_from([None, "unknown", "met", "not_met"]),
                "certainty": st.sampled_from(["flat", "hedged", "comparative"]),
                "deadline_source": st.sampled_from(DeadlineSource),
                "deadline_on": days.map(lambda n: PUBLISHED_ON + timedelta(days=n)),
                "review_on": days.map(lambda n: PUBLISHED_ON + timedelta(days=n)),
                "likelihood_low": st.sampled_from([None, 10, 90, 101]),
                "likelihood_high": st.sampled_from([None, 20, 95]),
            },
        ),
        choice=st.sampled_from(["", "mine", "theirs"]),
    )
    def edit(self, claim: int, actor: int, behind: int, values: dict[str, Any], choice: str) -> None:
        choices = dict.fromkeys(values, choice)
        self.attempt(
            claim, actor, behind, lambda s, c, a, v: editing.edit(s, c, values, actor=a, version=v, at=self.at, choices=choices)
        )

    @rule(claim=which_claim, actor=who, owner=who)
    def assign(self, claim: int, actor: int, owner: int) -> None:
        owner_id = self.people[owner].editor_id
        self.attempt(claim, actor, 0, lambda s, c, a, _: editing.assign(s, c, owner_id, actor=a, at=self.at))

    @rule(claim=which_claim, actor=who, chosen=st.sets(st.integers(0, 1)))
    def set_topics(self, claim: int, actor: int, chosen: set[int]) -> None:
        ids = tuple(self.topics[number] for number in chosen)
        self.attempt(claim, actor, 0, lambda s, c, a, _: editing.set_topics(s, c, ids, actor=a, at=self.at))

    # --- moves ---

    @rule(claim=which_claim, actor=who, behind=behind, name=st.sampled_from(NAMES), content=contents)
    def make_any_move(self, claim: int, actor: int, behind: int, name: str, content: Content) -> None:
        self.move(claim, actor, behind, name, content)

    @rule(claim=which_claim, actor=who, choice=st.integers(0, 99), content=contents)
    def make_a_move_that_is_allowed(self, claim: int, actor: int, choice: int, content: Content) -> None:
        with self.database.reading() as session:
            can = sorted(lifecycle.allowed(session, session.get_one(Claim, self.claims[claim]), self.people[actor]))
        if can:
            self.move(claim, actor, 0, can[choice % len(can)], content)

    @rule(claim=which_claim, actor=who, behind=behind)
    def take_back(self, claim: int, actor: int, behind: int) -> None:
        self.attempt(claim, actor, behind, lambda s, c, a, v: undo.undo(s, c, actor=a, version=v, at=self.at))

    def move(self, claim: int, actor: int, behind: int, name: str, content: Content) -> None:
        before = self.picture(self.claims[claim])
        try:
            with self.database.writing() as session:
                own = session.get_one(Claim, self.claims[claim])
                if name in ("propose", "decide"):
                    self.prepare(session, own, content)
                read = own.version
                self.make(session, own, name, self.people[actor], read - behind, content)
                assert own.version == read + 1
        except Refusal:
            assert self.picture(self.claims[claim]) == before

    def make(self, session: Session, own: Claim, name: str, person: Actor, version: int, content: Content) -> None:
        by: dict[str, Any] = {"actor": person, "version": version, "at": self.at}
        asked = None if content.signer is None else self.people[content.signer].editor_id
        if name == "track":
            moves.track(session, own, **by)
        elif name == "postpone":
            moves.postpone(session, own, self.day + timedelta(days=content.later), content.reason, **by)
        elif name == "propose":
            verdicts.propose(session, own, self.verdict(own, content), requested_signer_id=asked, **by)
        elif name == "decide":
            verdicts.decide(session, own, self.verdict(own, content), **by)
        elif name == "sign":
            verdicts.sign(session, own, note=content.reason, **by)
        elif name == "return":
            verdicts.return_(session, own, content.reason, **by)
        elif name == "recall":
            verdicts.recall(session, own, **by)
        elif name == "reopen":
            moves.reopen(session, own, content.kind, content.reason, **by)
        elif name == "withdraw":
            moves.withdraw(session, own, content.why, content.reason, **by)
        elif name == "propose_withdrawal":
            verdicts.propose_withdrawal(session, own, content.why, content.reason, requested_signer_id=asked, **by)
        else:
            moves.restore(session, own, content.reason, **by)

    def prepare(self, session: Session, claim: Claim, content: Content) -> None:
        """Put on the claim what the verdict needs, as somebody would, unless it is to be refused."""
        if not content.ready or claim.status not in ("open", "due"):
            return
        if not claim.confirmed_if:
            editing.edit(session, claim, {"confirmed_if": "A deal."}, actor=DESK, version=claim.version, at=self.at)
        if content.outcome in (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED):
            make_evidence(session, claim, Stance.SUPPORTS, actor=DESK, at=self.at)
        elif content.outcome is Outcome.REFUTED:
            make_evidence(session, claim, Stance.CONTRADICTS, actor=DESK, at=self.at)
        else:
            make_check(session, claim, actor=DESK, at=self.at)

    def verdict(self, claim: Claim, content: Content) -> Proposed:
        return Proposed(
            outcome=content.outcome,
            rationale="It is in both gazettes.",
            known_on=self.day,
            reason={"unresolvable": OutcomeReason.TOO_VAGUE, "void": OutcomeReason.SUPERSEDED}.get(content.outcome),
            missing="The rest." if content.ready else "",
            occurred_from=claim.made_on if content.outcome in (Outcome.CONFIRMED, Outcome.PARTLY_CONFIRMED) else None,
            impossible=content.ready,
        )

    # --- what must hold ---

    @invariant()
    def no_claim_is_where_it_must_not_be(self) -> None:
        with self.database.reading() as session:
            for claim_id in getattr(self, "claims", ()):
                assert illegal(session, session.get_one(Claim, claim_id)) == []


def test_random_moves_keep_claims_legal_and_recorded(database: Database):
    usual = hypothesis.settings.default
    assert usual is not None
    run_state_machine_as_test(
        lambda: Desk(database),
        settings=hypothesis.settings(usual, max_examples=usual.max_examples // 8, stateful_step_count=30),
    )
    with database.reading() as session:
        assert chain_faults(session) == []
        assert replay_faults(session) == []


def test_a_long_day_at_the_desk_makes_every_move_and_breaks_nothing(database: Database):
    chance = Random(20240311)
    desk = Desk(database)
    desk.open_the_desk(author=0)
    for step in range(STEPS):
        content = Content(
            ready=chance.random() < 0.9,
            outcome=chance.choice(list(Outcome)),
            reason=chance.choice(["Because.", "Because of the news.", ""]),
            later=chance.randrange(60),
            kind=chance.choice([VerdictKind.UPDATE, VerdictKind.CORRECTION]),
            why=chance.choice(list(WithdrawReason)),
            signer=chance.choice([None, *range(PEOPLE)]),
        )
        claim, actor = chance.randrange(CLAIMS), chance.randrange(PEOPLE)
        match chance.randrange(10):
            case 0:
                desk.days_pass_and_the_sweep_runs(chance.randrange(40))
            case 1:
                desk.the_house_changes_its_rules(chance.random() < 0.7, chance.random() < 0.7)
            case 2:
                desk.make_any_move(claim, actor, chance.choice([0, 1]), chance.choice(NAMES), content)
            case 3:
                desk.withdraw_evidence(claim, actor, content.reason)
            case 4:
                for each in range(PEOPLE):
                    desk.take_back(claim, each, 0)
            case _:
                desk.make_a_move_that_is_allowed(claim, actor, chance.randrange(100), content)
        if step % 5 == 0:
            desk.no_claim_is_where_it_must_not_be()
    with database.reading() as session:
        assert chain_faults(session) == []
        assert replay_faults(session) == []
        kinds = set(session.scalars(select(Event.kind)))
    # Otherwise the day went nowhere and proved nothing.
    assert {f"claim.{name}" for name in lifecycle.MOVES} | {"claim.undo"} <= kinds
