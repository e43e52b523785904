"""Erasing text: find it, choose, look at it again, erase. For chief editors; works without scripts.

What is looked for travels in the body of a request and never in an address, where logs and browsers would keep it.
"""

from collections.abc import Sequence
from typing import Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.audit import erasing
from tracker.audit.erasing import Found, FoundText, RowWords
from tracker.audit.routes.blueprint import bp
from tracker.audit.routes.forms import EraseForm, FindForm
from tracker.errors import N_, Conflict, Invalid, Message
from tracker.ledger.descriptors import name_row
from tracker.ledger.erasing import erase, scrub
from tracker.web import i18n
from tracker.web.access import current_actor
from tracker.web.database import database, session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext
from tracker.web.idempotency import run_once
from tracker.web.pages import toast

_NOTHING: Final = Found([], 0, {})


@bp.get("/record/erase", needs=Role.CHIEF)
def erase_form() -> ResponseReturnValue:
    """What to look for, and in whose history; with `?row=`, the texts of that row to start from."""
    form = FindForm(request.args if "subject" in request.args else None)
    row = request.args.get("row", "")
    return _render(form, texts=erasing.texts_of_row(session(), row, form.subject.data or ""), row_name=_name(row))


def _name(row: str) -> Message:
    return Message(N_("Note on a claim")) if row.startswith("note:") else name_row(row, {})


@bp.post("/record/erase", needs=Role.CHIEF)
def find_words() -> ResponseReturnValue:
    """Where the words are, to choose from."""
    form = FindForm(request.form)
    if not form.validate():
        return _render(form), 422
    found = _find(form)
    return _render(form, found, EraseForm(None), chosen=set(found.occurrences))


@bp.post("/record/erase/look", needs=Role.CHIEF)
def look_again() -> ResponseReturnValue:
    """What exactly will go, and what stays."""
    form, found, sent = _read()
    if sent.errors or form.errors:
        return _render(form, found, sent), 422
    keys = set(sent.places.data)
    chosen = [each for each in found.texts if each.key in keys]
    return render_template("record/erase_look.html", form=form, erasing=sent, chosen=chosen, is_sqlite=database().is_sqlite)


@bp.post("/record/erase/now", needs=Role.CHIEF)
def erase_now() -> ResponseReturnValue:
    """Erase it, in one transaction: all that was shown, or nothing."""
    form, found, sent = _read(accept_erased=True)
    if sent.errors or form.errors:
        return _render(form, found, sent), 422
    texts: list[FoundText] = []
    try:
        with writing() as current, run_once(current) as done:
            now = erasing.find(current, form.words.data, form.subject.data)
            chosen = now.choose(sent.places.data)
            if not chosen.count:
                raise Conflict(N_("This text was erased already."))
            texts = [each for each in now.texts if each.key in sent.places.data]
            erase(current, form.words.data, chosen, sent.reason.data, current_actor())
            answer = done(url_for("record.index", subject=form.subject.data or None))
    except Invalid as refusal:
        feed(sent, refusal)
        return _render(form, _find(form), sent), 422
    except Conflict as refusal:
        return _render(form, _find(form), sent, refusal=i18n.translate(refusal.message)), refusal.status
    is_clean = scrub(database(), {each.text for each in texts if each.text} | {form.words.data})
    toast(gettext("The text is erased. The history still verifies."))
    if database().is_sqlite and not is_clean:
        toast(gettext("The database is being read: the last traces on the disk are removed with the next erasure."))
    return answer


def _find(form: FindForm) -> Found:
    return erasing.find(session(), form.words.data, form.subject.data)


def _read(*, accept_erased: bool = False) -> tuple[FindForm, Found, EraseForm]:
    """The forms as sent and what the words are found in. A choice that is not among it is refused.

    `accept_erased`: what is gone by now is let pass, so that a second click is answered like the first.
    """
    form, sent = FindForm(request.form), EraseForm(request.form)
    found = _find(form) if form.validate() else _NOTHING
    keys = dict.fromkeys(found.occurrences)
    if accept_erased:
        keys |= dict.fromkeys(key for key in request.form.getlist("places") if _is_key(key))
    sent.places.set_choices((key, key) for key in keys)
    sent.validate()
    if form.words.data and form.words.data.casefold() in (sent.reason.data or "").casefold():
        feed(sent, Invalid(N_("The reason repeats the words that are to be erased."), field="reason"))
    return form, found, sent


def _is_key(key: str) -> bool:
    place, tilde, field = key.partition("~")
    return bool(place and tilde and field) and len(key) < 500


def _render(
    form: FindForm,
    found: Found | None = None,
    sent: EraseForm | None = None,
    *,
    chosen: set[str] | None = None,
    refusal: str = "",
    texts: Sequence[RowWords] = (),
    row_name: Message | str = "",
) -> str:
    return render_template(
        "record/erase.html",
        form=form,
        found=found,
        erasing=sent,
        chosen=set(request.form.getlist("places")) if chosen is None else chosen,
        refusal=refusal,
        texts=texts,
        row_name=i18n.translate(row_name) if texts else "",
        is_sqlite=database().is_sqlite,
    )
