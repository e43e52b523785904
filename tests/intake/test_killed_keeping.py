"""A process that dies while it keeps all likely passages leaves all of them kept once, or none."""

import signal

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_editor
from tests.intake.keeping import keep_all
from tests.intake.sorting import list_kinds, load_candidates, load_claims, read_article
from tests.ledger.support import checked
from tests.support.processes import process
from tracker.db import Database
from tracker.intake.models import CandidateState


@pytest.mark.parametrize(("point", "dies"), [(1, True), (12, True), (40, True), (70, True), (100_000, False)])
def test_killed_at_a_point_nothing_is_half_kept_or_kept_twice(
    database: Database, database_url: str, session: Session, point: int, dies: bool
):
    editor = make_editor(database)
    reading = read_article(database, editor)
    with process(keep_all, database_url, reading, editor.id, point) as keeping:
        assert keeping.wait() == (-signal.SIGKILL if dies else 0), keeping.said
    kept = [each for each in load_candidates(session, reading) if each.state is CandidateState.KEPT]
    assert len(kept) == (0 if dies else 3)
    assert len(load_claims(session, reading)) == len(kept)

    with process(keep_all, database_url, reading, editor.id) as again:
        assert again.wait() == 0, again.said

    claims = load_claims(session, reading)
    assert len(claims) == 3
    assert {tuple(list_kinds(session, claim.id)) for claim in claims} == {("claim.created", "claim.track")}
    assert checked(database, rows=True).ok
