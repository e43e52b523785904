"""Mails about reports get their table; what was there stays."""

from tests.migrations.old import a_claim_with_its_verdict, before, rows, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import schema


def test_claims_stay_as_they_were_when_report_mails_come(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision=before("0019"))
    a_claim_with_its_verdict(database)
    kept = {table: rows(database, table) for table in ("claim", "verdict")}

    upgraded(database, "0019")

    assert {table: rows(database, table) for table in kept} == kept
    assert rows(database, "report_mail") == []
    assert schema.works_from("0019") == schema.works_from("0018")
