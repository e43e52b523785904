"""Cues that a chief switched off."""

import pytest

from tests.factories import DESK, events_of
from tracker.db import Database
from tracker.errors import Invalid
from tracker.newsroom import cue_switches, settings


def test_cue_is_switched_off_and_on_with_an_event_each(database: Database):
    with database.writing() as session:
        cue_switches.switch_cue(session, DESK, "en", "will", is_on=False)
        cue_switches.switch_cue(session, DESK, "en", "will", is_on=False)
        assert cue_switches.list_cues_off(settings.load(session).cues_off, "en") == {"will"}
        assert cue_switches.list_cues_off(settings.load(session).cues_off, "fr") == frozenset()
        cue_switches.switch_cue(session, DESK, "en", "will", is_on=True)
    with database.reading() as session:
        assert settings.load(session).cues_off == ""
        assert [event.kind for event in events_of(session, "newsroom:1")].count("newsroom.cues") == 2


@pytest.mark.parametrize(("language", "name"), [("en", "futur"), ("de", "will"), ("en", "no such cue")])
def test_cue_that_there_is_not_is_refused(database: Database, language: str, name: str):
    with database.writing() as session:
        with pytest.raises(Invalid):
            cue_switches.switch_cue(session, DESK, language, name, is_on=False)
        assert settings.load(session).cues_off == ""
