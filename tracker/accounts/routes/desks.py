"""The desks of the newsroom, for chiefs and admins: add, rename and remove them, and say who belongs to them."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import desks, people, queries
from tracker.accounts.forms import DeskForm, DeskMemberForm
from tracker.accounts.models import Desk
from tracker.accounts.roles import Role
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.pages import toast

bp = Blueprint("desks", __name__, url_prefix="/settings/desks")


@bp.get("", needs=Role.CHIEF, or_role=Role.ADMIN)
def index() -> ResponseReturnValue:
    """All desks, and the form for another."""
    return _list(DeskForm(None))


@bp.post("", needs=Role.CHIEF, or_role=Role.ADMIN)
def add() -> ResponseReturnValue:
    """Add a desk."""
    form = DeskForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current, run_once(current) as done:
            row = desks.add(current, form.name.data, actor=current_actor())
            answer = done(url_for(".show", desk_id=row.id))
    if form.errors:
        return _list(form), 422
    return answer


@bp.get("/<id:desk_id>", needs=Role.CHIEF, or_role=Role.ADMIN)
def show(desk_id: int) -> ResponseReturnValue:
    """One desk and its members."""
    return _show(desks.get(session(), desk_id))


@bp.post("/<id:desk_id>", needs=Role.CHIEF, or_role=Role.ADMIN)
def rename(desk_id: int) -> ResponseReturnValue:
    """Give a desk another name."""
    form = DeskForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            desks.rename(current, desk_id, form.name.data, actor=current_actor())
    if form.errors:
        return _show(desks.get(session(), desk_id), naming=form), 422
    toast(_("Saved."))
    return _back(desk_id)


@bp.post("/<id:desk_id>/members", needs=Role.CHIEF, or_role=Role.ADMIN)
def add_member(desk_id: int) -> ResponseReturnValue:
    """Move an editor to a desk."""
    row = desks.get(session(), desk_id)
    form = _member_form(row, request.form)
    if not form.validate():
        return _show(row, joining=form), 422
    with writing() as current:
        desks.assign(current, people.get(current, form.editor.data), desk_id, actor=current_actor())
    toast(_("Saved."))
    return _back(desk_id)


@bp.post("/<id:desk_id>/members/<id:editor_id>/remove", needs=Role.CHIEF, or_role=Role.ADMIN)
def remove_member(desk_id: int, editor_id: int) -> ResponseReturnValue:
    """Take an editor off a desk."""
    with writing() as current:
        desks.get(current, desk_id)
        desks.assign(current, people.get(current, editor_id), None, actor=current_actor(), expected=desk_id)
    toast(_("Saved."))
    return _back(desk_id)


@bp.post("/<id:desk_id>/remove", needs=Role.CHIEF, or_role=Role.ADMIN)
def remove(desk_id: int) -> ResponseReturnValue:
    """Remove a desk without members."""
    with writing() as current:
        desks.remove(current, desk_id, actor=current_actor())
    toast(_("The desk is removed. The history keeps its name."))
    return redirect(url_for(".index"), 303)


def _back(desk_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", desk_id=desk_id), 303)


def _member_form(row: Desk, sent: object = None) -> DeskMemberForm:
    form = DeskMemberForm(sent)
    here = {editor.id for editor in desks.list_members(session(), row)}
    with_sample = app_settings().demo
    form.editor.set_choices(each for each in queries.working_editors(session(), with_sample=with_sample) if each[0] not in here)
    return form


def _list(form: DeskForm) -> str:
    return render_template("settings/desks.html", lines=desks.list_desks(session()), form=form)


def _show(row: Desk, *, naming: DeskForm | None = None, joining: DeskMemberForm | None = None) -> str:
    return render_template(
        "settings/desk.html",
        row=row,
        members=desks.list_members(session(), row),
        naming=naming or DeskForm(data={"name": row.name}),
        joining=joining or _member_form(row),
    )
