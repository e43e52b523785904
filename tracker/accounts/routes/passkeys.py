"""One's own passkeys: add, name and remove them. The page asks again who is there (`reauthentication`)."""

from typing import Final

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import passkeys, second_factor
from tracker.accounts.access import current_editor
from tracker.accounts.forms import AddPasskeyForm, PasskeyNameForm
from tracker.accounts.models import Passkey
from tracker.accounts.roles import Role
from tracker.accounts.routes import passkey_challenges
from tracker.accounts.routes.blueprint import bp
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.limits import FORM_MAX
from tracker.web.pages import toast

_PURPOSE: Final = "add"


@bp.get("/settings/passkeys", endpoint="passkeys", needs=Role.VIEWER)
def show() -> ResponseReturnValue:
    """One's passkeys, and the form for another."""
    return _render()


@bp.post("/settings/passkeys/options", endpoint="passkey_options", needs=Role.VIEWER, limit=FORM_MAX)
def options() -> ResponseReturnValue:
    """What the browser needs for making one, as JSON."""
    given, challenge = passkeys.creation_options(session(), current_editor(), passkey_challenges.need_site())
    passkey_challenges.keep(_PURPOSE, challenge, given["user"]["id"])
    return jsonify(given)


@bp.post("/settings/passkeys", endpoint="add_passkey", needs=Role.VIEWER, limit=FORM_MAX)
def add() -> ResponseReturnValue:
    """Store a new passkey. With the first second factor come recovery codes, shown this once."""
    form, site = AddPasskeyForm(request.form), passkey_challenges.need_site()
    if form.validate():
        with collect_refusals(form):
            challenge, handle = passkey_challenges.take(_PURPOSE)
            with writing() as current:
                editor, given = current_editor(), (challenge, form.answer.data, form.name.data)
                passkeys.add(current, editor, site, *given, handle=handle, actor=current_actor())
                codes = second_factor.count_passkey(current, editor, actor=current_actor())
    if form.errors:
        return _render(adding=form), 422
    if codes:
        return render_template("newsroom/recovery_codes.html", codes=codes, is_new=True, onward=url_for("newsroom.passkeys"))
    toast(_("The passkey is added."))
    return redirect(url_for("newsroom.passkeys"), 303)


@bp.post("/settings/passkeys/<id:passkey_id>/name", endpoint="rename_passkey", needs=Role.VIEWER, limit=FORM_MAX)
def rename(passkey_id: int) -> ResponseReturnValue:
    """Give one another name."""
    passkeys.get(session(), current_editor(), passkey_id)
    form = _name_form(passkey_id)
    if form.validate():
        with collect_refusals(form), writing() as current:
            passkeys.rename(current, current_editor(), passkey_id, form.name.data, actor=current_actor())
    if form.errors:
        return _render(naming=(passkey_id, form)), 422
    toast(_("Saved."))
    return redirect(url_for("newsroom.passkeys"), 303)


@bp.post("/settings/passkeys/<id:passkey_id>/remove", endpoint="remove_passkey", needs=Role.VIEWER)
def remove(passkey_id: int) -> ResponseReturnValue:
    """Remove one for good; where it was the last second factor, there is none any more."""
    with writing() as current:
        editor = current_editor()
        name = passkeys.remove(current, editor, passkey_id, actor=current_actor()).name
        second_factor.forget_passkey(current, editor, actor=current_actor())
    toast(_("Removed the passkey “%(name)s”. It still exists on the device: delete it there, too.", name=name))
    return redirect(url_for("newsroom.passkeys"), 303)


def _name_form(passkey_id: int, row: Passkey | None = None) -> PasskeyNameForm:
    given = {"formdata": request.form} if row is None else {"data": {"name": row.name}}
    return PasskeyNameForm(**given, ids=f"passkey-{passkey_id}")


def _render(*, adding: AddPasskeyForm | None = None, naming: tuple[int, PasskeyNameForm] | None = None) -> str:
    rows = passkeys.list_of(session(), current_editor().id)
    forms = {row.id: _name_form(row.id, row) for row in rows} | dict([naming] if naming else [])
    return render_template(
        "newsroom/passkeys.html",
        rows=rows,
        forms=forms,
        form=adding or (naming[1] if naming else AddPasskeyForm()),
        adding=adding or AddPasskeyForm(),
        is_offered=passkey_challenges.is_offered(),
    )
