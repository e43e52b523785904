"""The life cycle of a claim: one table of moves, and the one function that makes them.

Every route, job, import and command that changes a status comes through `move` (one claim, asked for by a person) or
`flag_batch` (the sweep). A move that is not in the table does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.orm import Session

from tracker import ledger
from tracker.accounts.models import Editor, RoleRow
from tracker.accounts.roles import Role
from tracker.claims.enums import Decision, ProposalKind, Status
from tracker.claims.models import Claim, ClaimTopic, Verdict, VerdictDecision
from tracker.errors import N_, Forbidden, IllegalMove, Stale
from tracker.ledger import SYSTEM, Actor
from tracker.newsroom import settings
from tracker.sql import update_rows

RETURNS_BEFORE_CHIEF = 2

Guard = Callable[[Session, Claim, Actor], None]


@dataclass(frozen=True)
class Move:
    """One line of the table. `to` None: the target is a column of the claim (`recall_to`, `restore_to`)."""

    from_: frozenset[Status]
    to: Status | None
    role: Role
    guards: tuple[Guard, ...] = ()
    new_wait: bool = False  # raises due_cycle, so that reminders start afresh


# --- guards: what the table cannot say by statuses alone ---


def proposal_of(session: Session, claim: Claim) -> Verdict:
    """The proposal that waits for its second signature. Raises IllegalMove if there is none."""
    proposal = session.get(Verdict, claim.proposal_id) if claim.proposal_id is not None else None
    if proposal is None:
        raise IllegalMove(N_("This claim has no verdict waiting for a signature."))
    return proposal


def _not_the_proposer(session: Session, claim: Claim, actor: Actor) -> None:
    if proposal_of(session, claim).proposed_by_id == actor.editor_id:
        raise Forbidden(N_("You proposed this yourself. Another editor must decide on it."))


def _the_proposer(session: Session, claim: Claim, actor: Actor) -> None:
    if proposal_of(session, claim).proposed_by_id != actor.editor_id:
        raise Forbidden(N_("Only the editor who made the proposal can withdraw it."))


def _may_judge(session: Session, claim: Claim, actor: Actor) -> None:
    if actor.editor_id is None or settings.load(session).author_may_judge:
        return
    session.refresh(claim, ["article"])
    if claim.article.author_editor_id == actor.editor_id:
        raise Forbidden(N_("You wrote this article. In this newsroom, authors do not judge the claims of their own articles."))


@dataclass(frozen=True)
class Dispute:
    """The verdicts that were returned since the last signed one, by who proposed and who returned each, oldest first."""

    proposers: tuple[int | None, ...]
    returners: tuple[int | None, ...]

    @property
    def is_open_to_chiefs(self) -> bool:
        """Whether a chief may end it alone: two verdicts were returned."""
        return len(self.proposers) >= RETURNS_BEFORE_CHIEF


def load_dispute(session: Session, claim: Claim) -> Dispute:
    """Read who proposed and who returned what was sent back since the last signed verdict."""
    since = select(Verdict.number).where(Verdict.id == claim.signed_verdict_id).scalar_subquery()
    rows = session.execute(
        select(Verdict.proposed_by_id, VerdictDecision.decided_by_id)
        .join(VerdictDecision, VerdictDecision.verdict_id == Verdict.id)
        .where(
            Verdict.claim_id == claim.id,
            Verdict.proposal_kind == ProposalKind.VERDICT,
            VerdictDecision.decision == Decision.RETURNED,
            Verdict.number > func.coalesce(since, 0),
        )
        .order_by(Verdict.number)
    ).all()
    return Dispute(tuple(row.proposed_by_id for row in rows), tuple(row.decided_by_id for row in rows))


def _alone(session: Session, claim: Claim, actor: Actor) -> None:
    # One person decides only where the newsroom asks for no second signature, or as a chief who ends a dispute of others.
    if not settings.load(session).second_signature:
        return
    dispute = load_dispute(session, claim)
    if not dispute.is_open_to_chiefs:
        raise IllegalMove(N_("Verdicts need a second signature in this newsroom. Propose the verdict instead."))
    if Role.CHIEF not in actor.roles:
        raise Forbidden(N_("After two returns, a chief editor decides."))
    if actor.editor_id in dispute.proposers:
        raise Forbidden(N_("You proposed one of the verdicts in dispute. Another chief editor must decide."))
    if actor.editor_id in dispute.returners and _has_neutral_chief(session, dispute):
        raise Forbidden(N_("You sent back one of the verdicts in dispute. Another chief editor must decide."))


def _has_neutral_chief(session: Session, dispute: Dispute) -> bool:
    parties = {*dispute.proposers, *dispute.returners} - {None}
    chiefs = session.scalars(
        select(Editor.id).join(Editor.roles).where(Editor.active, RoleRow.name == Role.CHIEF.value, Editor.id.not_in(parties))
    )
    return chiefs.first() is not None


def _no_signed_verdict(session: Session, claim: Claim, actor: Actor) -> None:
    if claim.signed_verdict_id is not None:
        raise IllegalMove(N_("A verdict on this claim is signed. Withdrawing the claim needs a second signature."))


_BEFORE_VERDICT = frozenset({Status.OPEN, Status.DUE})

MOVES: dict[str, Move] = {
    "track": Move(frozenset({Status.DRAFT}), Status.OPEN, Role.EDITOR, new_wait=True),
    "flag": Move(frozenset({Status.OPEN}), Status.DUE, Role.SYSTEM),
    "postpone": Move(_BEFORE_VERDICT, Status.OPEN, Role.EDITOR, new_wait=True),
    "propose": Move(_BEFORE_VERDICT, Status.PROPOSED, Role.EDITOR, (_may_judge,)),
    "sign": Move(frozenset({Status.PROPOSED}), Status.RESOLVED, Role.EDITOR, (_not_the_proposer, _may_judge)),
    "return": Move(frozenset({Status.PROPOSED}), Status.DUE, Role.EDITOR, (_not_the_proposer,), new_wait=True),
    "recall": Move(frozenset({Status.PROPOSED}), None, Role.EDITOR, (_the_proposer,)),
    "decide": Move(_BEFORE_VERDICT, Status.RESOLVED, Role.EDITOR, (_alone, _may_judge)),
    "reopen": Move(frozenset({Status.RESOLVED}), Status.DUE, Role.EDITOR, new_wait=True),
    "withdraw": Move(_BEFORE_VERDICT | {Status.DRAFT}, Status.WITHDRAWN, Role.EDITOR, (_no_signed_verdict,)),
    "propose_withdrawal": Move(frozenset({Status.RESOLVED}), Status.PROPOSED, Role.EDITOR),
    "restore": Move(frozenset({Status.WITHDRAWN}), None, Role.CHIEF, new_wait=True),
}


def check(session: Session, claim: Claim, name: str, actor: Actor) -> Move:
    """The move, if the claim's status, the actor's role and the guards allow it. Raises IllegalMove or Forbidden."""
    found = MOVES[name]
    _require_role(found, actor)
    if claim.status not in found.from_:
        raise IllegalMove(N_("This is no longer possible: the claim has changed since you opened it."))
    for guard in found.guards:
        guard(session, claim, actor)
    return found


def _require_role(found: Move, actor: Actor) -> None:
    if found.role not in actor.roles:
        raise Forbidden(N_("Your role does not allow this."))


def begin(session: Session, claim: Claim, name: str, *, actor: Actor, version: int) -> None:
    """Lock the claim and raise Forbidden, Stale or IllegalMove if the move cannot be made from the version that was read.

    For services, before they look at the rest: the loser of a race must learn that it lost and not that a row exists already, and
    a refusal about a field must not hide that the move itself is not allowed.
    """
    _require_role(MOVES[name], actor)
    session.refresh(claim, with_for_update=True)
    if claim.version != version:
        raise Stale(current=claim.version)
    check(session, claim, name, actor)


def allowed(session: Session, claim: Claim, actor: Actor, *, was_returned: bool = True) -> frozenset[str]:
    """The names of the moves this actor could make now; for showing only what works.

    `was_returned`: False where the caller knows that no verdict was sent back since the last signed one.
    """
    names = set()
    for name in MOVES:
        if name == "decide" and not was_returned and settings.load(session).second_signature:
            continue
        try:
            check(session, claim, name, actor)
        except (Forbidden, IllegalMove):
            continue
        names.add(name)
    return frozenset(names)


def move(
    session: Session,
    claim: Claim,
    name: str,
    *,
    actor: Actor,
    version: int,
    at: datetime,
    to: Status | None = None,
    values: Mapping[str, object] | None = None,
    data: Mapping[str, object] | None = None,
) -> None:
    """Make one move and record it, in the caller's transaction.

    `version` is the one the actor read. `values` are columns that change with the status, `data` what else the event tells.
    `to` replaces the table's target only for a signed withdrawal. Raises Forbidden, IllegalMove, or Stale if someone else
    changed the claim first.
    """
    if name == "flag":
        raise ValueError("flagging is the sweep's: it must not raise the version")
    _require_role(MOVES[name], actor)
    if claim.version != version:
        raise Stale(current=claim.version)
    legal = check(session, claim, name, actor)
    changes: dict[str, object] = dict(values or {})
    changes["status"] = to or legal.to or _own_target(claim, name)
    if legal.new_wait:
        changes["due_cycle"] = claim.due_cycle + 1
    write(session, claim, f"claim.{name}", changes, actor=actor, at=at, data=data, status=claim.status)


def _own_target(claim: Claim, name: str) -> Status:
    target = claim.recall_to if name == "recall" else claim.restore_to
    if target is None:
        raise IllegalMove(N_("The earlier status of this claim is not known."))
    return Status(target)


def write(
    session: Session,
    claim: Claim,
    kind: str,
    changes: Mapping[str, object],
    *,
    actor: Actor,
    at: datetime,
    data: Mapping[str, object] | None = None,
    row: object = None,
    status: Status | None = None,
) -> None:
    """Change a claim by compare-and-set and record it: its version rises by one. Raises Stale if another writer was first.

    For changes of status call `move`, which calls this; so do edits of the claim, of its evidence and of its checks.
    """
    body = {**(ledger.changed(claim, **changes) if row is None else ledger.created(row)), **(data or {})}
    body["version"] = claim.version + 1
    where = [Claim.id == claim.id, Claim.version == claim.version]
    if status is not None:
        where.append(Claim.status == status)
    # Of two writers who read the same version, one gets no row.
    if not update_rows(session, Claim, *where, **changes, version=claim.version + 1, updated_at=at):
        raise Stale()
    session.refresh(claim)
    if "status" in changes or "review_on" in changes:
        _copy_to_topics(session, [claim.id], status=claim.status, review_on=claim.review_on)
    ledger.record(session, claim, kind, actor=actor, data=body, row=row, at=at)


def overdue(today: date) -> Select[int]:
    """The ids of open claims whose review day has come, by the index that holds nothing else."""
    # A literal status as in the partial index: with a parameter the planner cannot prove that the index applies.
    query = select(Claim.id).where(text("claim.status = 'open'"), Claim.review_on <= today)
    return query.with_hint(Claim, "INDEXED BY ix_claim_sweep", "sqlite")


def flag_batch(session: Session, today: date, *, limit: int, at: datetime, only: int | None = None) -> int:
    """Mark up to `limit` open claims whose review day has come, oldest first; return how many. Safe to run in parallel.

    Compares status and review_on and leaves `version` alone: it decides nothing, so it may not turn an editor's page stale.
    `only` is the id of a single claim to look at.
    """
    due = overdue(today).order_by(Claim.review_on, Claim.id).limit(limit).with_for_update(skip_locked=True)
    if only is not None:
        due = due.where(Claim.id == only)
    flagged = session.execute(
        update(Claim)
        .where(Claim.id.in_(session.scalars(due).all()), Claim.status == Status.OPEN, Claim.review_on <= today)
        .values(status=Status.DUE, updated_at=at)
        .returning(Claim.id, Claim.due_cycle)
        .execution_options(synchronize_session=False)
    ).all()
    if flagged:
        _copy_to_topics(session, [row.id for row in flagged], status=Status.DUE)
    for row in sorted(flagged):
        data = {"set": {"status": Status.DUE}, "was": {"status": Status.OPEN}, "cycle": row.due_cycle}
        ledger.record(session, f"claim:{row.id}", "claim.flag", actor=SYSTEM, data=data, at=at)
    return len(flagged)


def _copy_to_topics(session: Session, claim_ids: list[int], **copies: object) -> None:
    update_rows(session, ClaimTopic, ClaimTopic.claim_id.in_(claim_ids), **copies)
