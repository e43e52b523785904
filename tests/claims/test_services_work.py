"""Evidence, checks, notes and relations."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.claims.desk import AT, DAY, last_said, said
from tests.factories import fresh
from tracker.accounts.models import Editor
from tracker.claims.enums import EvidenceAbout, RelationKind, Stance, Visibility
from tracker.claims.models import Check, Claim, Evidence, Note, Relation
from tracker.claims.services import evidence
from tracker.db import Database
from tracker.errors import Invalid, NotFound

TOMORROW = DAY + timedelta(days=1)
SOURCE = {"title": "The signed text", "stance": "supports", "url": "https://example.org/deal.pdf"}
LOOK = {"where_looked": "Both gazettes", "found": "Nothing."}


@pytest.fixture
def editor(make_editor) -> Editor:
    return make_editor()


@pytest.fixture
def claim(make_claim) -> Claim:
    return make_claim("due", condition="If the sanctions end")


@pytest.fixture
def add(database: Database, claim: Claim, editor: Editor) -> Callable[..., Any]:
    """`add("evidence", title=…)`: calls `work.add_…` on the claim, on DAY."""

    def do(what: str, **fields: Any) -> Any:
        given = {**(SOURCE if what == "evidence" else LOOK), **fields}
        with database.sessions(expire_on_commit=False) as session, database.writing(session):
            own = session.get_one(Claim, claim.id)
            return getattr(evidence, f"add_{what}")(session, own, actor=editor.actor, at=AT, **given)

    return do


@pytest.fixture
def withdraw(database: Database, claim: Claim, editor: Editor) -> Callable[..., None]:
    def do(evidence_id: int, reason: str = "It was forged.", of: Claim = claim) -> None:
        with database.writing() as session:
            evidence.withdraw_evidence(session, session.get_one(Claim, of.id), evidence_id, reason, actor=editor.actor, at=AT)

    return do


def test_evidence_is_kept_and_raises_the_claims_version(database: Database, claim: Claim, add, editor: Editor):
    row = add("evidence", publisher=" Gazette ", locator="p. 3", published_on=DAY, source_kind="official", note="Scan.")
    assert (row.stance, row.visibility, row.about) == (Stance.SUPPORTS, Visibility.PUBLIC, EvidenceAbout.CLAIM)
    assert (row.publisher, row.added_by_id, row.added_at) == ("Gazette", editor.id, AT)
    assert fresh(database, claim).version == claim.version + 1
    event = last_said(database, claim)
    assert (event["kind"], event["row"], event["version"]) == ("evidence.add", f"evidence:{row.id}", claim.version + 1)
    assert event["set"]["stance"] == "supports"
    assert list(event["set"]["url"]) == ["sha256"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": " "}),
        ("url", {"url": None}),
        ("url", {"url": " ", "document": "\u200b"}),
        ("url", {"url": "javascript:alert(1)"}),
        ("url", {"url": "ftp://example.org/a"}),
        ("url", {"url": "https://user:secret@example.org/"}),
        ("url", {"url": "https://"}),
        ("url", {"url": "https://example.org/" + "a" * 2_000}),
        ("published_on", {"published_on": TOMORROW}),
        ("stance", {"stance": "agrees"}),
        ("visibility", {"visibility": "secret"}),
        ("source_kind", {"source_kind": "rumour"}),
        ("about", {"about": "weather"}),
    ],
)
def test_evidence_without_a_source_or_a_sense_is_refused(
    database: Database, claim: Claim, add, field: str, given: dict[str, Any]
):
    with pytest.raises(Invalid) as refused:
        add("evidence", **given)
    assert refused.value.field == field
    assert fresh(database, claim).version == claim.version
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Evidence)) == 0


def test_a_document_needs_no_address_and_a_cyrillic_one_is_kept_as_it_is(add):
    assert add("evidence", url=None, document="Minutes of 3 March, archive box 12").url is None
    assert add("evidence", url="https://\u0430pple.com/x").url == "https://\u0430pple.com/x"


def test_evidence_on_a_condition_needs_a_condition(database: Database, make_claim, add, editor: Editor):
    assert add("evidence", about="condition").about is EvidenceAbout.CONDITION
    plain = make_claim("due")
    with database.writing() as session, pytest.raises(Invalid) as refused:
        evidence.add_evidence(session, session.get_one(Claim, plain.id), actor=editor.actor, at=AT, about="condition", **SOURCE)
    assert refused.value.field == "about"


def test_withdrawn_evidence_stays_with_its_reason(database: Database, claim: Claim, add, withdraw, editor: Editor):
    row = add("evidence")
    with pytest.raises(Invalid) as refused:
        withdraw(row.id, " ")
    assert refused.value.field == "reason"
    withdraw(row.id)
    withdraw(row.id, "Again.")
    with database.reading() as session:
        kept = session.get_one(Evidence, row.id)
        assert (kept.withdrawn_at, kept.withdrawn_by_id, kept.withdrawn_because) == (AT, editor.id, "It was forged.")
    lines = [line for line in said(database, claim) if line["kind"] == "evidence.withdraw"]
    assert len(lines) == 1
    assert lines[0]["also"][f"evidence:{row.id}"]["was"]["withdrawn_at"] is None
    assert fresh(database, claim).version == claim.version + 2


def test_evidence_is_withdrawn_through_its_own_claim_alone(database: Database, make_claim, add, withdraw):
    row, other = add("evidence"), make_claim("due")
    with pytest.raises(NotFound):
        withdraw(row.id, of=other)
    with pytest.raises(NotFound):
        withdraw(row.id + 1)


def test_check_is_dated_today_by_default(database: Database, claim: Claim, add, editor: Editor):
    row = add("check", queries=" arms deal ", exhaustive=True)
    assert (row.checked_on, row.editor_id, row.queries, row.exhaustive) == (DAY, editor.id, "arms deal", True)
    event = last_said(database, claim)
    assert (event["kind"], event["set"]["exhaustive"]) == ("check.add", True)
    assert fresh(database, claim).version == claim.version + 1


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("where_looked", {"where_looked": ""}),
        ("found", {"found": "\u00a0"}),
        ("checked_on", {"checked_on": TOMORROW}),
        ("checked_on", {"checked_on": "yesterday"}),
        ("period_to", {"period_from": DAY, "period_to": DAY - timedelta(days=1)}),
    ],
)
def test_check_stores_where_what_and_when(database: Database, claim: Claim, add, field: str, given: dict[str, Any]):
    with pytest.raises(Invalid) as refused:
        add("check", **given)
    assert refused.value.field == field
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Check)) == 0
    assert fresh(database, claim).version == claim.version


def test_a_check_may_cover_one_day(add):
    assert add("check", period_from=DAY, period_to=DAY, checked_on=date(2024, 3, 1)).period_to == DAY


def test_a_note_turns_nobodys_page_stale_and_its_words_are_erasable(database: Database, claim: Claim, editor: Editor, make_claim):
    gone = make_claim("withdrawn")
    with database.writing() as session:
        evidence.add_note(session, session.get_one(Claim, claim.id), "Ask Mr Somebody.", actor=editor.actor, at=AT)
        evidence.add_note(session, session.get_one(Claim, gone.id), "Talk goes on.", actor=editor.actor, at=AT)
    assert fresh(database, claim).version == claim.version
    event = last_said(database, claim)
    assert event["kind"] == "note.add"
    assert "Somebody" not in str(event)
    with database.writing() as session, pytest.raises(Invalid):
        evidence.add_note(session, session.get_one(Claim, claim.id), " \n", actor=editor.actor)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 2


def test_relation_is_unique_and_never_reflexive(database: Database, claim: Claim, make_claim, editor: Editor):
    other = make_claim()

    def relate(to: int, kind: str = "duplicate_of") -> Relation:
        with database.sessions(expire_on_commit=False) as session, database.writing(session):
            return evidence.relate(session, session.get_one(Claim, claim.id), to, kind, actor=editor.actor, at=AT)

    assert relate(other.id).id == relate(other.id).id
    assert relate(other.id, "part_of").kind is RelationKind.PART_OF
    assert [line["kind"] for line in said(database, claim)].count("relation.add") == 2
    for to, kind, field in ((claim.id, "part_of", "other_id"), (10**6, "part_of", "other_id"), (other.id, "twin_of", "kind")):
        with pytest.raises(Invalid) as refused:
            relate(to, kind)
        assert refused.value.field == field
