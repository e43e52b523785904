"""Work for processes that race on the same claims: each waits for the start, acts on one after the other, and tells."""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tests.claims.desk import AT, DAY, MAKE
from tests.factories import make_check, make_evidence
from tests.support.processes import process, wait_until
from tracker.accounts.roles import expand
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.claims.services import editing, topics
from tracker.db import Database
from tracker.errors import Refusal
from tracker.ledger import Actor

Act = Callable[[Session, Claim, Actor, int], None]


def _edit(field: str, value: Any) -> Act:
    def edit(session: Session, claim: Claim, actor: Actor, version: int) -> None:
        editing.edit(session, claim, {field: value}, actor=actor, version=version, at=AT)

    return edit


def _flag(session: Session, claim: Claim, _actor: Actor, _version: int) -> None:
    lifecycle.flag_batch(session, DAY, limit=1, at=AT, only=claim.id)


def _evidence(session: Session, claim: Claim, actor: Actor, _version: int) -> None:
    make_evidence(session, claim, actor=actor, at=AT)


def _check(session: Session, claim: Claim, actor: Actor, _version: int) -> None:
    make_check(session, claim, actor=actor, at=AT)


def _topic(session: Session, claim: Claim, actor: Actor, _version: int) -> None:
    topics.add_topic(session, actor=actor, label_en=f"Topic of {claim.id}", label_fr=f"Thème de {claim.id}")


ACTS: dict[str, Act] = {
    **MAKE,
    "flag": _flag,
    "evidence": _evidence,
    "check": _check,
    "topic": _topic,
    "edit hedge": _edit("hedge", "probably"),
    "edit refuted_if": _edit("refuted_if", "Nothing is signed."),
    "edit deadline": _edit("deadline_on", date(2024, 6, 1)),
}

# What one racer does in a race: the name of the act (None: stand by), the claim's id and the version that was read.
Step = tuple[str | None, int, int]


def act(url: str, folder: str, number: int, editor_id: int, steps: list[Step]) -> None:
    """Do one step after the other and print what came of each: "won" or the name of the refusal."""
    database, actor = Database(url), Actor(editor_id, expand({"chief"}))
    with database.reading() as session:  # so that connecting is not part of the race
        session.get(Claim, steps[0][1])
    (Path(folder) / f"ready-{number}").touch()
    while not (Path(folder) / "go").exists():
        time.sleep(0.0005)
    told = []
    for name, claim_id, version in steps:
        if name is None:
            told.append("stood by")
            continue
        try:
            with database.writing() as session:
                ACTS[name](session, session.get_one(Claim, claim_id), actor, version)
            told.append("won")
        except Refusal as refusal:
            told.append(type(refusal).__name__)
    print(json.dumps(told))
    database.dispose()


def race(url: str, folder: Path, racers: list[tuple[int, list[Step]]]) -> list[list[str]]:
    """Let one process for each (editor's id, steps) run, all at once; what each of them was told."""
    with ExitStack() as stack:
        running = [
            stack.enter_context(process(act, url, str(folder), number, editor_id, steps))
            for number, (editor_id, steps) in enumerate(racers)
        ]
        wait_until(lambda: len(list(folder.glob("ready-*"))) == len(racers) or any(each.ended for each in running))
        (folder / "go").touch()
        ends = [each.wait() for each in running]
        assert ends == [0] * len(racers), "\n".join(each.said for each in running)
        return [json.loads(each.said) for each in running]
