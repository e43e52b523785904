"""The events of a webhook become rows."""

from tests.migrations.old import THEN, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory

HOOK = {"url": "https://example.org/hook", "format": "standard", "salt": "0" * 32, "created_at": THEN, "seen_seq": 0, "said": ""}


def test_old_webhooks_keep_each_event_once(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, migrated=False)
    triggers = upgraded(database, "0027")
    with writing(database) as connection:
        owner = insert(connection, "editor", email="a@example.org", name="A", fs_uniquifier="u", created_at=THEN)
        for name, events in (("Wire", "claim.due verdict.signed"), ("Chat", "claim.gone claim.gone"), ("Nothing", "")):
            insert(connection, "webhook", name=name, events=events, owner_id=owner, **HOOK)
    before = rows(database, "webhook")

    kept = upgraded(database, "0028")

    assert set(triggers) <= set(kept)
    assert rows(database, "webhook") == [{key: value for key, value in row.items() if key != "events"} for row in before]
    assert [(row["webhook_id"], row["event"]) for row in rows(database, "webhook_event")] == [
        (1, "claim.due"),
        (1, "verdict.signed"),
        (2, "claim.gone"),
    ]
