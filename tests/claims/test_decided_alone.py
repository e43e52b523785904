"""A verdict that one editor decided without a second signature is called so wherever it can be read."""

import io
import json
from typing import Any

import openpyxl
import pytest

from tests.factories import change_settings, everyday, fresh, make_claim, make_editor, make_evidence
from tests.public.sample import publish
from tests.support.web import Client, SignIn
from tracker.accounts.models import Editor
from tracker.claims.models import Claim, Verdict
from tracker.claims.queries import claim_rows
from tracker.claims.services import verdicts
from tracker.clock import now
from tracker.db import Database
from tracker.notifications.webhook_events import Event
from tracker.webhooks import channel, payloads

ALONE = "without a second signature"


@pytest.fixture
def ann(database: Database) -> Editor:
    change_settings(database, second_signature=False, name_editors=True)
    return make_editor(database, "Ann Archer", roles=("editor", "chief"))


@pytest.fixture
def claim(database: Database, ann: Editor) -> Claim:
    """A claim whose verdict one editor decided alone."""
    made = make_claim(database, "due")
    make_evidence(database, made)
    with database.writing() as session:
        own = fresh(session, made)
        verdicts.decide(session, own, everyday(own), actor=ann.actor, version=own.version)
    return made


@pytest.fixture
def signed(database: Database, ann: Editor) -> Claim:
    """A claim whose verdict a second editor signed."""
    return make_claim(database, "resolved")


@pytest.fixture
def client(sign_in: SignIn, ann: Editor) -> Client:
    return sign_in(ann)


def test_claim_page_and_history_name_no_second_signature(client: Client, claim: Claim, signed: Claim):
    page = client.get(f"/claims/{claim.id}").text
    assert "Decided without a second signature" in page
    assert "Signed off by" not in page
    assert ALONE in client.get(f"/claims/{claim.id}/history").text
    assert ALONE not in client.get(f"/claims/{signed.id}").text


@pytest.mark.parametrize("table", ["verdicts", "verdict-history"])
def test_files_mark_it(client: Client, claim: Claim, signed: Claim, table: str):
    lines = [json.loads(line) for line in client.get(f"/export/{table}.jsonl").text.splitlines()]
    assert {line["claim_id"]: line["decided_alone"] for line in lines} == {claim.id: True, signed.id: False}

    head, *rows = client.get(f"/export/{table}.csv").text.removeprefix("\ufeff").splitlines()
    assert "decided_alone" in head.split(",")
    assert len(rows) == 2

    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/export/{table}.xlsx").data)).worksheets[0]
    names, *cells = sheet.iter_rows(values_only=True)
    place, claim_id = names.index("decided_alone"), names.index("claim_id")
    assert {row[claim_id]: row[place] for row in cells} == {claim.id: True, signed.id: False}


def test_dossier_marks_it_as_page_and_as_data(client: Client, claim: Claim, signed: Claim):
    def proposals(claim_id: int) -> list[Any]:
        found = map(json.loads, client.get(f"/claims/{claim_id}/dossier.jsonl").text.splitlines())
        return [each["decided_alone"] for each in found if each["type"] == "proposal"]

    assert ALONE in client.get(f"/claims/{claim.id}/dossier").text
    assert proposals(claim.id) == [True]
    assert proposals(signed.id) == [False]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_public_page_data_and_feed_mark_it(client: Client, database: Database, claim: Claim, signed: Claim, language: str):
    for each in (claim, signed):
        publish(database, each.article_id, at=now())
    alone = {"en": "ecided without a second signature", "fr": "ranché sans contreseing"}[language]

    page = client.get(f"/public/{language}/claims/{claim.id}").text
    data = client.get(f"/public/{language}/claims/{claim.id}.json").json["claim"]

    assert page.count(alone) == 1
    assert "signed by Ann Archer" not in page
    assert data["verdicts"][0]["decided_alone"] is True
    assert data["verdicts"][0].get("signed_by") is None
    assert alone not in client.get(f"/public/{language}/claims/{signed.id}").text
    feed = client.get(f"/public/{language}/verdicts.atom").text
    assert feed.count("Decided without a second signature.") == 1


def test_webhook_marks_it(database: Database, claim: Claim, signed: Claim):
    def standard(number: int) -> dict[str, Any]:
        with database.reading() as session:
            own = session.get_one(Claim, number)
            alone = channel.is_decided_alone(session, own.signed_verdict_id)
            row = claim_rows.fetch(session, [number], "en")[number]
            verdict = session.get_one(Verdict, own.signed_verdict_id)
            news = payloads.News(Event.VERDICT_SIGNED, now(), "News", row, "https://x", verdict=verdict, decided_alone=alone)
            return {**payloads.standard(news), "heading": payloads.heading(news)}

    assert standard(claim.id)["data"]["verdict"]["decided_alone"] is True
    assert standard(claim.id)["heading"] == "Verdict decided without a second signature: Confirmed"
    assert standard(signed.id)["data"]["verdict"]["decided_alone"] is False
    assert standard(signed.id)["heading"] == "Verdict signed: Confirmed"
