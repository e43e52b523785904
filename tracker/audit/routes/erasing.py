"""Erasing words from the history: find them, choose, look once more, erase. For chiefs; works without scripts.

What is looked for travels in the body of a request and never in an address, where logs and browsers would keep it.
"""

import json
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.audit import standing
from tracker.audit.routes.blueprint import bp
from tracker.audit.routes.forms import EraseForm, FindForm
from tracker.claims.models import Note
from tracker.errors import N_, Conflict, Invalid
from tracker.ledger import queries, redaction
from tracker.ledger.descriptions import Description, describe
from tracker.ledger.models import EventTexts
from tracker.ledger.names import load_names
from tracker.ledger.redaction import Place
from tracker.web import i18n
from tracker.web.access import current_actor, needs
from tracker.web.database import database, session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext
from tracker.web.idempotency import run_once
from tracker.web.pages import toast


@dataclass(frozen=True)
class Found:
    """A text of the history that could be erased: its line, its place there, its words. `key` names it in a form."""

    place: Place
    words: str
    told: Description
    at: Any

    @property
    def key(self) -> str:
        """See the class."""
        return f"{self.place.seq}~{self.place.field}"


@bp.get("/record/erase")
@needs(Role.CHIEF)
def erase() -> ResponseReturnValue:
    """What to look for, and in whose history."""
    return _drawn(FindForm(None))


@bp.post("/record/erase")
@needs(Role.CHIEF)
def find_words() -> ResponseReturnValue:
    """Where the words stand, to choose from."""
    form = FindForm(request.form)
    if not form.validate():
        return _drawn(form), 422
    found = _find(session(), form)
    return _drawn(form, found, EraseForm(None))


@bp.post("/record/erase/look")
@needs(Role.CHIEF)
def look_again() -> ResponseReturnValue:
    """What exactly will go, and what stays."""
    form, chosen, erasing = _sent()
    if erasing.errors or not form.validate():
        return _drawn(form, _find(session(), form) if not form.errors else [], erasing), 422
    left = standing.find(session(), form.subject.data, form.words.data)
    return render_template("record/erase_look.html", form=form, erasing=erasing, chosen=chosen, standing=left)


@bp.post("/record/erase/now")
@needs(Role.CHIEF)
def erase_now() -> ResponseReturnValue:
    """Erase them, in one transaction: all that was shown, or nothing."""
    form, _, erasing = _sent(but_done=True)
    if erasing.errors or not form.validate():
        return _drawn(form, _find(session(), form) if not form.errors else [], erasing), 422
    try:
        with writing() as current, run_once(current) as done:
            for seq, fields in _by_line(erasing.places.data).items():
                _blank_note(current, seq)
                redaction.redact(current, seq, fields, erasing.reason.data, current_actor())
            answer = done(url_for("record.index", subject=form.subject.data))
    except Invalid as refusal:
        feed(erasing, refusal)
        return _drawn(form, _find(session(), form), erasing), 422
    except Conflict as refusal:
        return _drawn(form, _find(session(), form), erasing, refusal=i18n.translate(refusal.message)), refusal.status
    clean = redaction.scrub(database())
    toast(gettext("The words are erased; their seals stay, and the history still verifies."))
    if database().is_sqlite and not clean:
        toast(gettext("Somebody is still reading the database: the last traces on its disk go with the next change."))
    return answer


def _sent(*, but_done: bool = False) -> tuple[FindForm, list[Found], EraseForm]:
    """The forms as sent and the texts that were chosen. A choice that is no text of this subject is refused.

    `but_done`: texts that are gone by now are let pass, so that a second click is answered like the first.
    """
    form, erasing = FindForm(request.form), EraseForm(request.form)
    found = _find(session(), form) if form.validate() else []
    by_key = {each.key: each for each in found}
    sent = request.form.getlist("places")
    erasing.places.set_choices((key, key) for key in ([*by_key, *filter(_is_place, sent)] if but_done else by_key))
    erasing.validate()
    if form.words.data and form.words.data.casefold() in (erasing.reason.data or "").casefold():
        feed(erasing, Invalid(N_("The reason repeats the words that are to be erased."), field="reason"))
    return form, [by_key[key] for key in erasing.places.data or () if key in by_key], erasing


def _is_place(key: str) -> bool:
    seq, tilde, field = key.partition("~")
    return bool(tilde and field) and seq.isascii() and seq.isdigit() and len(seq) < 19


def _find(current: Session, form: FindForm) -> list[Found]:
    places = redaction.find_text(current, form.subject.data, form.words.data)
    entries = {seq: entry for seq in dict.fromkeys(place.seq for place in places) if (entry := queries.get_event(current, seq))}
    known = load_names(current, entries.values())
    texts = _texts(current, list(entries))
    return [
        Found(place, texts[place.seq][place.field]["text"], describe(entries[place.seq], known), entries[place.seq].at)
        for place in places
        if place.seq in entries
    ]


def _texts(current: Session, numbers: list[int]) -> dict[int, dict[str, dict[str, str]]]:
    query = select(EventTexts.seq, EventTexts.texts).where(EventTexts.seq.in_(numbers))
    return {row.seq: json.loads(row.texts) for row in current.execute(query)}


def _by_line(keys: list[str]) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = {}
    for key in keys:
        seq, _tilde, field = key.partition("~")
        lines.setdefault(int(seq), []).append(field)
    return lines


def _blank_note(current: Session, seq: int) -> None:
    """A note cannot be edited by anybody, so its own row goes with its line."""
    entry = queries.get_event(current, seq)
    if entry is not None and entry.kind == "note.add":
        current.execute(update(Note).where(Note.id == entry.data.get("note")).values(body=i18n.translate(queries.REDACTED)))


def _drawn(form: FindForm, found: list[Found] | None = None, erasing: EraseForm | None = None, *, refusal: str = "") -> str:
    is_good = not form.errors and bool(form.words.data)
    left = standing.find(session(), form.subject.data, form.words.data) if found is not None and is_good else []
    chosen = set(request.form.getlist("places"))
    return render_template(
        "record/erase.html", form=form, found=found, erasing=erasing, standing=left, chosen=chosen, refusal=refusal
    )
