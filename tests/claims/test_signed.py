"""Recently signed: the verdicts that hold, the last signature first."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from tests.claims import crowd
from tests.claims.crowd import plans, watched
from tests.claims.desk import make
from tests.claims.test_queue_pages import texts
from tests.factories import change_settings, prepare
from tests.factories import make_claim as make_claim_of
from tests.support.databases import Backend, Databases, analyze
from tests.support.web import SignIn
from tracker.claims.enums import Decision, Outcome, Status
from tracker.claims.models import Claim, Verdict, VerdictDecision
from tracker.claims.queries import signed
from tracker.claims.queries.signed import SignedClaim
from tracker.db import Database
from tracker.pagination import Page

MAY, JUNE, JULY = (date(2024, month, 3) for month in (5, 6, 7))


def read(database: Database, language: str = "en", **asked: Any) -> Page[SignedClaim]:
    with database.reading() as session:
        return signed.list_signed(session, language, **{"with_sample": True, **asked})


def ids(found: Page[SignedClaim]) -> list[int]:
    return [each.row.id for each in found.rows]


def resolved(make_claim: Callable[..., Claim], day: date, **fields: Any) -> Claim:
    """A claim whose verdict is signed a day after `day`."""
    return make_claim("resolved", review_on=day, deadline_on=day, **fields)


def test_signed_claims_come_by_their_signature_newest_first(database: Database, make_claim: Callable[..., Claim]):
    late, early = resolved(make_claim, JULY), resolved(make_claim, MAY)
    between = resolved(make_claim, JUNE, outcome=Outcome.REFUTED)
    found = read(database)
    assert ids(found) == [late.id, between.id, early.id]
    assert found.rows[1].row.outcome is Outcome.REFUTED
    assert found.rows[1].at.date() == date(2024, 6, 4)


@pytest.mark.parametrize("status", ["draft", "open", "due", "proposed", "withdrawn"])
def test_claim_without_signed_verdict_is_not_listed(database: Database, make_claim: Callable[..., Claim], status: str):
    held = make_claim("resolved")
    make_claim(status)
    assert ids(read(database)) == [held.id]


@pytest.mark.parametrize("move", ["return", "recall"])
def test_proposal_that_was_decided_but_not_signed_is_not_listed(
    database: Database, make_claim: Callable[..., Claim], make_editor: Callable[..., Any], move: str
):
    proposer = make_editor()
    claim = make_claim("proposed", proposer=proposer)
    make(database, claim, move, proposer.actor if move == "recall" else make_editor().actor)
    assert read(database).rows == []


def test_withdrawn_claim_leaves_with_its_verdict(
    database: Database, make_claim: Callable[..., Claim], make_editor: Callable[..., Any]
):
    claim = make_claim("resolved")
    make(database, claim, "propose_withdrawal", make_editor().actor)
    assert ids(read(database)) == [claim.id]  # proposed to be withdrawn is not withdrawn
    make(database, claim, "sign", make_editor().actor)
    assert read(database).rows == []


def test_reopened_claim_keeps_its_verdict_marked_as_under_review(
    database: Database, make_claim: Callable[..., Claim], sign_in: SignIn
):
    reopened, settled = make_claim("under_review"), make_claim("resolved")
    assert {each.row.id: each.row.under_review for each in read(database).rows} == {reopened.id: True, settled.id: False}
    assert texts(sign_in("viewer").get("/queue/signed").text).count("Under review") == 1


def test_claim_is_listed_once_with_the_verdict_that_replaced_another(
    database: Database, make_claim: Callable[..., Claim], make_editor: Callable[..., Any]
):
    signer = make_editor(name="Tom Adeyemi")
    claim = make_claim("under_review", signer=make_editor(name="Ada Quill"))
    make(database, claim, "propose", make_editor().actor)
    assert [each.signer for each in read(database).rows] == ["Ada Quill"]
    make(database, claim, "sign", signer.actor)
    assert [each.signer for each in read(database).rows] == ["Tom Adeyemi"]


def test_decision_alone_is_not_called_a_signature(
    database: Database, make_claim: Callable[..., Claim], make_editor: Callable[..., Any], sign_in: SignIn
):
    chief = make_editor(name="Ada Quill", roles=("editor", "chief"))
    alone = make_claim("due")
    with database.sessions() as session, database.writing(session):
        prepare(session, session.get_one(Claim, alone.id), Outcome.CONFIRMED, at=alone.updated_at)
    for _ in range(2):
        proposer = make_editor()
        make(database, alone, "propose", proposer.actor)
        make(database, alone, "return", make_editor().actor)
    make(database, alone, "decide", chief.actor)
    make_claim("resolved", signer=make_editor(name="Tom Adeyemi"))
    seen = texts(sign_in("viewer").get("/queue/signed").text)
    assert "decided without a second signature by Ada Quill" in seen
    assert "signed off by Tom Adeyemi" in seen
    assert "signed off by Ada Quill" not in seen


def test_sample_is_left_out_where_it_is_hidden(
    database: Database, make_claim: Callable[..., Claim], make_article: Callable[..., Any], sign_in: SignIn
):
    make_claim("resolved", article=make_article("An invented tram", is_sample=True))
    client = sign_in("viewer")
    assert "An invented tram" in client.get("/queue/signed").text
    change_settings(database, show_sample=False)
    page = client.get("/queue/signed").text
    assert "An invented tram" not in page
    assert "No verdict is signed yet." in page


def test_signed_claims_are_turned_page_by_page_each_once(
    make_claim: Callable[..., Claim], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
):
    assert signed.SIZE == 50
    monkeypatch.setattr(signed, "SIZE", 2)
    for number in range(5):  # all of one moment, so that the number decides
        make_claim("resolved", statement=f"Statement {number}.")
    client, seen = sign_in("viewer"), []
    address: str | None = "/queue/signed"
    while address:
        page = client.get(address).text
        seen.append(re.findall(r"Statement (\d)", page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else None
    assert seen == [["4", "3"], ["2", "1"], ["0"]]
    before = re.search(r'rel="prev" href="([^"]+)"', page)
    assert before is not None
    assert re.findall(r"Statement (\d)", client.get(before[1].replace("&amp;", "&")).text) == ["2", "1"]


@pytest.mark.parametrize("place", ["1~2024-03-11", "1~2024-03-11T10:00:00", "1~0001-01-01T00:00:00+14:00", "1~x", "x~y", "7"])
def test_place_that_is_no_moment_shows_the_first_page(make_claim: Callable[..., Claim], sign_in: SignIn, place: str):
    make_claim("resolved", statement="Still here.")
    answer = sign_in("viewer").get("/queue/signed", query_string={"after": place})
    assert answer.status_code == 200
    assert "Still here." in answer.text


def test_queue_leads_to_signed_claims_and_they_to_the_claim(make_claim: Callable[..., Claim], sign_in: SignIn):
    claim, client = make_claim("resolved"), sign_in("viewer")
    assert 'href="/queue/signed"' in client.get("/queue").text
    page = client.get("/queue/signed").text
    assert f'class="q-t" href="/claims/{claim.id}"' in page
    assert 'href="/help/queue"' in page
    assert re.search(r'href="/queue" aria-current="page"', page)


def test_signed_claims_speak_french(make_claim: Callable[..., Claim], make_editor: Callable[..., Any], sign_in: SignIn):
    make_claim("resolved", signer=make_editor(name="Tom Adeyemi"))
    seen = texts(sign_in(make_editor(language="fr")).get("/queue/signed").text)
    assert "Verdicts récents" in seen
    assert "contresigné par Tom Adeyemi, 11 mars 2024" in seen
    assert "signed" not in seen


def test_signed_claims_take_as_many_queries_for_two_hundred_as_for_ten(
    database: Database, make_editor: Callable[..., Any], sign_in: SignIn
):
    client, editors = sign_in("editor"), [make_editor() for _ in range(3)]

    def count() -> int:
        client.get("/queue/signed")
        with database.reading() as session, watched(session) as seen:
            assert client.get("/queue/signed").status_code == 200
        return len(seen)

    with database.sessions() as session, database.writing(session):
        for number in range(10):
            make_claim_of(session, "resolved", proposer=editors[number % 3], signer=editors[(number + 1) % 3])
    few = count()
    with database.sessions() as session, database.writing(session):
        for number in range(190):
            make_claim_of(session, "resolved", proposer=editors[number % 3], signer=editors[(number + 1) % 3])
    assert count() == few <= 10


def sign_many(database: Database) -> None:
    """Give each resolved claim of a crowd a signed verdict, a minute apart."""
    with database.sessions() as session, database.writing(session):
        numbers = list(session.scalars(select(Claim.id).where(Claim.status == Status.RESOLVED)))
        verdicts = [{**crowd.VERDICT, "id": number, "claim_id": number} for number in numbers]
        session.execute(insert(Verdict), verdicts)
        decided = [
            {"verdict_id": number, "decision": Decision.SIGNED, "decided_at": crowd.AT + timedelta(minutes=number)}
            for number in numbers
        ]
        session.execute(insert(VerdictDecision), decided)
        session.execute(update(Claim), [{"id": number, "signed_verdict_id": number} for number in numbers])
    analyze(database)


def test_signed_claims_walk_the_index_of_signatures(backend: Backend, databases: Databases):
    own = databases.create(backend, fresh=True)
    database = own.open()
    crowd.fill(database, 4_000)
    sign_many(database)
    with database.reading() as session:
        found = plans(session, lambda: signed.list_signed(session, "en", with_sample=False))[0]
    own.remove()
    assert "ix_verdict_decision_decided_at" in found
    assert "TEMP B-TREE" not in found
    assert not re.search(r"SCAN (claim|verdict|editor)\b|Seq Scan on (claim|verdict)\b", found)
