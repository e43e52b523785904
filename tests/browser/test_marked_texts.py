"""Texts of people on every page: none may reorder the page's own words, and none may make a phone scroll sideways."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.conftest import TIMEOUT_MS
from tests.browser.test_every_page import Walk
from tests.support import every_page, looking, walking
from tests.support.browser import Watch
from tests.support.every_page import Look
from tests.support.marked_texts import FREE_TEXTS, KEYS, mark, mark_newsroom
from tests.support.newsroom import furnished
from tests.support.web import SECRET
from tracker.config import Settings
from tracker.db import Base, Database


def test_every_text_column_is_known_as_free_text_or_as_key() -> None:
    unknown = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary) and not isinstance(column.type, sa.Enum)
        if column.name not in FREE_TEXTS.get(table.name, ()) + KEYS.get(table.name, ())
    ]
    assert unknown == []


def _with_marked_file(look: Look) -> Look:
    """The same look; what it imports is marked as well."""
    pasted = every_page.PASTED.replace("Claim number", mark("Claim")).replace("Forecasts", mark("Forecasts"))
    typed = tuple((ending, {**fields, "pasted": pasted} if fields.get("pasted") else fields) for ending, fields in look.typed)
    return replace(look, typed=typed, keys=(), awaits="")  # a claim opens beside the queue on wide screens alone


LOOKS = (*every_page.LOOKS, Look("/claims/FULL/peek"))


@pytest.fixture
def phone_walk(chromium: Browser, serve: Callable[[Flask], str], settings: Settings) -> Walk:
    watch = Watch("http://127.0.0.1")
    context = watch.listen(chromium.new_context(viewport=looking.PHONE, locale="en-GB", reduced_motion="reduce"))  # type: ignore[arg-type]
    context.set_default_timeout(TIMEOUT_MS)
    context.add_init_script(looking.SCRIPT)
    return Walk(context.new_page(), serve, settings, watch)


def test_texts_of_people_are_isolated_and_break_on_every_page(phone_walk: Walk, database: Database) -> None:
    walk = phone_walk
    room = furnished(database, SECRET)
    room.ids["LANG"] = "en"
    mark_newsroom(room)
    base = walk.open(room)
    cookies = walk.cookies(room)
    marked = 0
    for look in map(_with_marked_file, LOOKS):
        fault = walking.come_to(walk.page, look, room, cookies, base)
        found = [fault] if fault else []
        marked += walk.page.evaluate("countMarks()")
        found += [f"not isolated: {each}" for each in walk.page.evaluate("notIsolated()")]
        if not look.address.endswith("/peek"):  # a part of a page, drawn here without the style sheet of the whole
            found += [f"too wide: {each}" for each in walk.page.evaluate("tooWide()")]
        walk.wrong += [f"{look.who} {look.address} {look.typed[-1:] and look.typed[-1][0]} {each}" for each in found]
    walk.page.context.close()
    assert marked > 1000
    assert walk.wrong == [], "\n".join(walk.wrong)
