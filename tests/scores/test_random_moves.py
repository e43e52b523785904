"""The cells and sums follow the claims, whatever is done with claims, owners and speakers."""

import contextlib
from collections import Counter
from datetime import timedelta
from random import Random

from sqlalchemy import select

from tests.factories import (
    DESK,
    REVIEW_ON,
    change_settings,
    everyday,
    fresh,
    make_article,
    make_claim,
    make_editor,
    make_speaker,
    make_topic,
    on,
    prepare,
)
from tests.scores.support import DAY, count_all, differences
from tracker.accounts import desks
from tracker.accounts.models import Editor
from tracker.claims.enums import Attribution, Outcome, Status, VerdictKind, WithdrawReason
from tracker.claims.models import Claim, Speaker
from tracker.claims.services import editing, moves, speakers, verdicts
from tracker.db import Database
from tracker.errors import Refusal
from tracker.ledger.models import Event

STEPS, MOVES_AT_ONCE = 1_000, 10


def test_cells_equal_a_recount_after_random_moves(database: Database):
    random = Random(5)
    with database.sessions(expire_on_commit=False) as session, database.writing(session):
        change_settings(session, second_signature=True)
        people = [make_editor(session, roles=("editor", "chief")).actor for _ in range(3)]
        topics = [make_topic(session).id for _ in range(2)]
        spoken = [make_speaker(session).id for _ in range(3)]
        articles = [make_article(session) for _ in range(2)]
        owners = [make_editor(session) for _ in range(2)]
        groups = [desks.add(session, name, actor=DESK).id for name in ("Politics", "Culture")]
        claims = [make_claim(session, "open", article=articles[n % 2], owner=owners[n % 2]).id for n in range(5)]
    count_all(database)
    done = 0
    for _ in range(STEPS // MOVES_AT_ONCE):
        with database.writing() as session:
            for _ in range(MOVES_AT_ONCE):
                if random.randrange(20) == 0:
                    with contextlib.suppress(Refusal), session.begin_nested():
                        _merge_at_random(session, random, people[0], spoken)
                with contextlib.suppress(Refusal), session.begin_nested():
                    claim = session.get_one(Claim, random.choice(claims), populate_existing=True)
                    if random.randrange(10) == 0:
                        owner = session.get_one(Editor, random.choice(owners).id)
                        desks.assign(session, owner, random.choice([None, *groups]), actor=DESK)
                    _move_at_random(session, claim, random, people, topics, random.choice(spoken))
                    done += 1
        assert differences(database) == []
    assert done > STEPS / 10
    assert {claim.status for claim in (fresh(database, Claim(id=number)) for number in claims)} != {Status.OPEN}
    with database.reading() as session:
        kinds = Counter(session.scalars(select(Event.kind).where(Event.kind.in_(("speaker.merge", "speaker.unmerge")))))
    assert min(kinds["speaker.merge"], kinds["speaker.unmerge"]) > 3


def _merge_at_random(session, random, chief, spoken):
    one, other = random.sample(spoken, 2)
    speaker = session.get_one(Speaker, one, populate_existing=True)
    if speaker.merged_into_id is None:
        speakers.merge(session, speaker, other, actor=chief)
    else:
        speakers.unmerge(session, speaker, actor=chief)


def _move_at_random(session, claim, random, people, topics, speaker_id):
    actor, version = random.choice(people), claim.version
    match random.randrange(10):
        case 0 | 1:
            outcome = random.choice(list(Outcome))
            prepare(session, claim, outcome, at=on(DAY))
            verdicts.propose(session, claim, everyday(claim, outcome), actor=actor, version=claim.version, at=on(DAY))
        case 2 | 3:
            verdicts.sign(session, claim, actor=actor, version=version, at=on(DAY))
        case 4:
            verdicts.recall(session, claim, actor=actor, version=version, at=on(DAY))
        case 5:
            kind = random.choice([VerdictKind.UPDATE, VerdictKind.CORRECTION])
            moves.reopen(session, claim, kind, "The world changed.", actor=actor, version=version, at=on(DAY))
        case 6:
            later = DAY + timedelta(days=random.randrange(-30, 30))
            moves.postpone(session, claim, later, "Not yet.", actor=actor, version=version, at=on(REVIEW_ON))
        case 7 if claim.status is Status.WITHDRAWN:
            moves.restore(session, claim, "Not withdrawn after all.", actor=actor, version=version, at=on(DAY))
        case 7:
            moves.withdraw(session, claim, WithdrawReason.MISTAKE, "", actor=actor, version=version, at=on(DAY))
        case 8:
            stated = {"speaker_id": speaker_id, "attribution": random.choice([Attribution.STATED, Attribution.IMPLIED])}
            own = {"speaker_id": None, "attribution": Attribution.ARTICLE}
            given = random.choice([stated, own, {"deadline_on": None}, {"hedge": random.choice(["may", "Will"])}])
            editing.edit(session, claim, given, actor=actor, version=version)
        case 9:
            chosen = tuple(random.sample(topics, random.randrange(3)))
            editing.set_topics(session, claim, chosen, actor=actor)
