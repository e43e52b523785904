"""Webhooks may be messages by Apprise; those that are there stay as they are."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.migrations.old import THEN, a_claim_with_its_verdict, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory


def test_upgrade_keeps_webhooks_and_allows_another_format(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, migrated=False)
    upgraded(database, "0001")
    a_claim_with_its_verdict(database)
    upgraded(database, "0028")
    given = {"name": "CMS", "url": "https://cms.example/hook", "salt": "s", "seen_seq": 1, "owner_id": 1}
    with writing(database) as connection:
        number = insert(connection, "webhook", format="slack", created_at=THEN, **given)
        insert(connection, "webhook_event", webhook_id=number, event="claim.due")
    before = rows(database, "webhook")

    upgraded(database, "0029")

    assert rows(database, "webhook") == before
    assert [row["event"] for row in rows(database, "webhook_event")] == ["claim.due"]
    with writing(database) as connection:
        insert(connection, "webhook", format="apprise", created_at=THEN, **given)
    assert [row["format"] for row in rows(database, "webhook")] == ["slack", "apprise"]
    with pytest.raises(IntegrityError), writing(database) as connection:
        insert(connection, "webhook", format="pigeon", created_at=THEN, **given)
