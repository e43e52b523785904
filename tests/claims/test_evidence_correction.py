"""Evidence can be corrected; what it said before stays in the history."""

import pytest

from tests.claims.desk import said
from tests.claims.pages import fill
from tests.factories import fresh, make_claim, make_evidence
from tests.support.web import SignIn
from tracker.accounts.models import Editor
from tracker.claims.enums import EvidenceAbout, SourceKind, Stance, Visibility
from tracker.claims.models import Claim, Evidence
from tracker.claims.services import evidence
from tracker.db import Database
from tracker.errors import IllegalMove, Invalid, Stale

VALUES = {
    "title": "The signed text", "stance": Stance.CONTRADICTS, "url": "https://example.org/deal.pdf", "document": "",
    "archive_url": "",
    "publisher": "The gazette", "published_on": None, "locator": "p. 3", "source_kind": SourceKind.OFFICIAL,
    "visibility": Visibility.PUBLIC, "note": "", "about": EvidenceAbout.CLAIM,
}  # fmt: skip


@pytest.fixture
def claim(database: Database) -> Claim:
    return make_claim(database, "due")


@pytest.fixture
def source(database: Database, claim: Claim) -> Evidence:
    return make_evidence(database, claim)


def test_correction_changes_the_evidence_and_keeps_the_old_values_in_its_event(
    database: Database, claim: Claim, source: Evidence, make_editor
):
    editor: Editor = make_editor()
    own = fresh(database, claim)
    with database.writing() as session:
        row = session.get_one(Claim, claim.id)
        evidence.edit_evidence(session, row, source.id, VALUES, actor=editor.actor, version=own.version)

    with database.reading() as session:
        corrected = session.get_one(Evidence, source.id)
        assert (corrected.stance, corrected.publisher, corrected.locator) == (Stance.CONTRADICTS, "The gazette", "p. 3")
        assert corrected.added_at == source.added_at
    event = said(database, claim)[-1]
    assert event["kind"] == "evidence.edit"
    assert event["also"][f"evidence:{source.id}"]["was"]["stance"] == "supports"
    assert fresh(database, claim).version == own.version + 1


def test_correction_without_a_change_records_nothing(database: Database, claim: Claim, source: Evidence, sign_in: SignIn):
    before = len(said(database, claim))
    assert fill(sign_in(), f"/claims/{claim.id}/evidence/{source.id}/edit").status_code == 303
    assert len(said(database, claim)) == before


def test_correction_on_its_page_returns_to_the_evidence(database: Database, claim: Claim, source: Evidence, sign_in: SignIn):
    client = sign_in()
    assert f"/claims/{claim.id}/evidence/{source.id}/edit" in client.get(f"/claims/{claim.id}").text

    answer = fill(client, f"/claims/{claim.id}/evidence/{source.id}/edit", publisher="The gazette")

    assert answer.location.endswith(f"/claims/{claim.id}#evidence")
    page = client.get(f"/claims/{claim.id}").text
    assert "Evidence corrected." in page
    assert "The gazette" in page


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"title": " "}, Invalid),
        ({"url": "", "document": ""}, Invalid),
        ({"url": "javascript:1"}, Invalid),
        ({"archive_url": "javascript:1"}, Invalid),
        ({"archive_url": "https://u:p@example.org/"}, Invalid),
    ],
)
def test_correction_that_cannot_be_stored_is_refused(
    database: Database, claim: Claim, source: Evidence, make_editor, values: dict[str, str], refusal: type[Exception]
):
    editor: Editor = make_editor()
    with database.writing() as session:
        row = session.get_one(Claim, claim.id)
        with pytest.raises(refusal):
            evidence.edit_evidence(session, row, source.id, {**VALUES, **values}, actor=editor.actor, version=row.version)
    with database.reading() as session:
        assert session.get_one(Evidence, source.id).title == source.title


def test_correction_from_an_older_version_of_the_claim_is_stale(database: Database, claim: Claim, source: Evidence, make_editor):
    editor: Editor = make_editor()
    with database.writing() as session:
        row = session.get_one(Claim, claim.id)
        with pytest.raises(Stale):
            evidence.edit_evidence(session, row, source.id, VALUES, actor=editor.actor, version=row.version - 1)


def test_withdrawn_evidence_is_not_corrected(database: Database, claim: Claim, source: Evidence, make_editor):
    editor: Editor = make_editor()
    with database.writing() as session:
        row = session.get_one(Claim, claim.id)
        evidence.withdraw_evidence(session, row, source.id, "Wrong report.", actor=editor.actor)
        with pytest.raises(IllegalMove):
            evidence.edit_evidence(session, row, source.id, VALUES, actor=editor.actor, version=row.version)


def test_archived_copy_is_stored_and_linked_next_to_its_source(
    database: Database, claim: Claim, source: Evidence, sign_in: SignIn
):
    client = sign_in()
    archived = "https://archive.example.org/20240301/deal.pdf"
    assert fill(client, f"/claims/{claim.id}/evidence/{source.id}/edit", archive_url=archived).status_code == 303
    with database.reading() as session:
        row = session.get_one(Evidence, source.id)
        assert (row.archive_url, row.url) == (archived, source.url)
    assert f'href="{archived}"' in client.get(f"/claims/{claim.id}").text
    assert archived in client.get(f"/claims/{claim.id}/dossier").text


def test_archived_copy_alone_is_no_source(database: Database, claim: Claim, source: Evidence, sign_in: SignIn):
    path = f"/claims/{claim.id}/evidence/{source.id}/edit"
    answer = fill(sign_in(), path, url="", archive_url="https://archive.example.org/a")
    assert answer.status_code == 422
    with database.reading() as session:
        assert session.get_one(Evidence, source.id).archive_url is None
