"""Links that work once come to a newsroom that works already: its people stay as they were."""

from tests.migrations.old import a_claim_with_its_verdict, rows, triggers, upgraded
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_accounts_stay_and_no_link_is_about(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision="0004")
    guards = triggers(database)
    a_claim_with_its_verdict(database)
    (editor,) = rows(database, "editor")

    assert upgraded(database, "0005") == guards

    assert rows(database, "editor") == [{**editor, "tf_last_step": 0}]
    for table in ("invitation", "one_time_link"):
        assert rows(database, table) == []
