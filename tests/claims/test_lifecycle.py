"""The table of moves: who may make which from where, and where it leads. Written by hand, not read from the table itself."""

from itertools import product

import pytest
from sqlalchemy.orm import Session

from tests.claims.desk import AT, DAY, MAKE, make
from tests.factories import change_settings, fresh, make_claim, make_editor, make_evidence
from tracker.accounts.roles import expand
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.errors import Conflict, Forbidden, IllegalMove, Refusal, Stale
from tracker.ledger import SYSTEM, Actor

STATUSES = ("draft", "open", "due", "proposed", "resolved", "withdrawn")

# From where each move may be made, and where it leads. `recall` goes back to where the proposal was made, here due; `restore` to
# where the withdrawal was made, here open.
LEADS = {
    "track": {"draft": "open"},
    "postpone": {"open": "open", "due": "open"},
    "propose": {"open": "proposed", "due": "proposed"},
    "sign": {"proposed": "resolved"},
    "return": {"proposed": "due"},
    "recall": {"proposed": "due"},
    "decide": {"open": "resolved", "due": "resolved"},
    "reopen": {"resolved": "due"},
    "withdraw": {"draft": "withdrawn", "open": "withdrawn", "due": "withdrawn"},
    "propose_withdrawal": {"resolved": "proposed"},
    "restore": {"withdrawn": "open"},
}
MAKERS = {name: {"chief"} if name == "restore" else {"editor", "chief"} for name in LEADS}
# What waits where something starts to wait anew, so that reminders start afresh.
STARTS_A_WAIT = {"track", "postpone", "return", "reopen", "restore"}
ROLES = ("viewer", "editor", "chief", "admin", "system", "none")


def acting(role: str, editor_id: int) -> Actor:
    return SYSTEM if role == "system" else Actor(editor_id, expand({role}))


def outcome(session: Session, claim_id: int, name: str, actor: Actor) -> str | type[Refusal]:
    """The status that a move leads to, or the class of the refusal. Undone again at once."""
    claim = session.get_one(Claim, claim_id, populate_existing=True)
    savepoint = session.begin_nested()
    try:
        MAKE[name](session, claim, actor, claim.version)
        return str(claim.status)
    except Refusal as refusal:
        return type(refusal)
    finally:
        savepoint.rollback()


def proposer_of(session: Session, claim_id: int) -> int:
    proposer = lifecycle.proposal_of(session, session.get_one(Claim, claim_id)).proposed_by_id
    assert proposer is not None
    return proposer


@pytest.fixture
def claims(database: Database) -> dict[str, int]:
    """The id of one claim in each status, each ready for the verdict that is proposed on it; no two signatures needed."""
    change_settings(database, second_signature=False)
    with database.writing() as session:
        made = {}
        for status in STATUSES:
            claim = make_claim(session, status)
            if status in ("draft", "open", "due"):
                make_evidence(session, claim)
            made[status] = claim.id
        return made


def test_each_move_leads_to_its_status(database: Database, claims: dict[str, int]):
    person = make_editor(database).id
    found, expected = {}, {}
    with database.writing() as session:
        proposer = proposer_of(session, claims["proposed"])
        for name, role in product(LEADS, ROLES):
            # Recalling is the proposer's, everything else anybody's who did not propose.
            actor = acting(role, proposer if name == "recall" else person)
            for status, claim_id in claims.items():
                found[name, role, status] = outcome(session, claim_id, name, actor)
                expected[name, role, status] = LEADS[name].get(status, IllegalMove) if role in MAKERS[name] else Forbidden
    assert found == expected


def test_allowed_moves_match_possible_moves(database: Database, claims: dict[str, int]):
    with database.reading() as session:
        proposer = proposer_of(session, claims["proposed"])
        for role, (status, claim_id) in product(ROLES, claims.items()):
            claim = session.get_one(Claim, claim_id)
            can = {name for name in LEADS if role in MAKERS[name] and status in LEADS[name]}
            if (role, status) == ("system", "open"):
                can.add("flag")
            assert lifecycle.allowed(session, claim, acting(role, proposer + 10_000)) == can - {"recall"}, (role, status)
            own = {"recall"} if {"sign", "return"} <= can else can
            assert lifecycle.allowed(session, claim, acting(role, proposer)) == own, (role, status)


def test_no_other_move_exists():
    assert set(lifecycle.MOVES) == {*LEADS, "flag"}


def test_no_person_flags_by_the_way_of_other_moves(database: Database, make_claim):
    claim = make_claim("open")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        with pytest.raises(ValueError, match="the sweep's"):
            lifecycle.move(session, own, "flag", actor=SYSTEM, version=own.version, at=AT)


def test_move_raises_version_and_review_cycle(database: Database, claims: dict[str, int]):
    person = make_editor(database, roles=["chief"]).actor
    with database.writing() as session:
        proposer = acting("editor", proposer_of(session, claims["proposed"]))
        for name, leads in LEADS.items():
            for status, to in leads.items():
                claim = session.get_one(Claim, claims[status], populate_existing=True)
                version, cycle = claim.version, claim.due_cycle
                savepoint = session.begin_nested()
                MAKE[name](session, claim, proposer if name == "recall" else person, version)
                assert (claim.status, claim.version, claim.updated_at) == (to, version + 1, AT), name
                assert claim.due_cycle - cycle == (1 if name in STARTS_A_WAIT else 0), name
                savepoint.rollback()


def test_move_from_another_version_is_stale(database: Database, claims: dict[str, int]):
    chief = make_editor(database, roles=["chief"]).actor
    with database.writing() as session:
        for name, claim_id, off in product(LEADS, claims.values(), (-1, 1)):
            claim = session.get_one(Claim, claim_id)
            with pytest.raises(Stale) as refused:
                MAKE[name](session, claim, chief, claim.version + off)
            assert refused.value.current == claim.version


def test_a_role_that_may_not_move_hears_that_first(database: Database, make_claim, make_editor):
    claim = make_claim("open")
    for name in LEADS:
        with pytest.raises(Forbidden):
            make(database, claim, name, make_editor(roles=["viewer"]).actor, version=99)


def test_where_a_claim_goes_back_to_must_be_known(database: Database, make_claim, make_editor):
    claim = make_claim("withdrawn")
    with database.writing() as session:
        session.get_one(Claim, claim.id).restore_to = None
    with pytest.raises(Conflict, match="earlier status of this claim is not known"):
        make(database, claim, "restore", make_editor(roles=["chief"]).actor)


def test_flagging_leaves_the_version_alone_and_turns_no_page_stale(database: Database, make_claim, make_editor):
    claim = make_claim("open")
    with database.writing() as session:
        assert lifecycle.flag_batch(session, DAY, limit=10, at=AT) == 1
    flagged = fresh(database, claim)
    assert (flagged.status, flagged.version, flagged.due_cycle) == ("due", claim.version, claim.due_cycle)
    # The page was read while the claim was open.
    assert make(database, claim, "postpone", make_editor().actor, claim.version).status == "open"
