"""Keys of names come to a newsroom that has speakers and topics already."""

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import DESK
from tests.migrations.old import THEN, before, insert, rows, upgraded, writing
from tests.support.databases import Backend
from tests.support.fixtures import DatabaseFactory
from tracker import paths
from tracker.claims.services import topics
from tracker.errors import Invalid
from tracker.search.name_keys import name_key

_FILE = next((paths.migrations_dir() / "versions").glob("*_name_keys.py"))
_SPEC = importlib.util.spec_from_file_location("name_keys_revision", _FILE)
revision = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(revision)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_revision_makes_the_keys_that_the_tracker_makes(name: str):
    assert revision.name_key(name) == name_key(name)


def test_name_keys_of_old_speakers_and_topics_are_filled_in(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision=before("0012"))
    with writing(database) as connection:
        for name in ("José Müller", "JOSE\u0301 MU\u0308LLER"):
            insert(connection, "speaker", name=name, kind="person", affiliation="", created_at=THEN)
        for key, label in (("energy", "Energy"), ("energy-2", "ENERGY"), ("2024", "Выборы 2024")):
            insert(connection, "topic", key=key, label_en=label, label_fr=f"{label} (fr)")

    upgraded(database, "0012")

    assert [row["name_key"] for row in rows(database, "speaker")] == ["josémüller", "josémüller"]
    topics = rows(database, "topic")
    assert [row["label_en_key"] for row in topics] == ["energy", f"energy {topics[1]['id']}", "выборы2024"]
    assert [row["key"] for row in topics] == ["energy", "energy-2", "2024"]


def test_label_that_an_old_topic_has_is_refused_after_the_upgrade(backend: Backend, database_factory: DatabaseFactory):
    database = database_factory(backend, revision=before("0012"))
    with writing(database) as connection:
        insert(connection, "topic", key="energy", label_en="Energy", label_fr="Énergie")
    upgraded(database, "head")

    with database.writing() as session, pytest.raises(Invalid, match="already such a topic"):
        topics.add_topic(session, actor=DESK, label_en="ENERGY", label_fr="Autre")
