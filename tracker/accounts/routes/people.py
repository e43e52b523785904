"""The people of the newsroom, for those who look after them: invite, change roles, take access away and give it back."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts import invitations, people, queries, second_factor
from tracker.accounts.access import current_editor
from tracker.accounts.forms import DisableForm, InvitationForm, RolesForm
from tracker.accounts.models import Editor
from tracker.accounts.open_work import OpenWork, count_open_work
from tracker.accounts.roles import Role
from tracker.accounts.routes import session_cookies
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import pager_of, toast

bp = Blueprint("people", __name__)


def _role_names(names: list[str]) -> str:
    return ", ".join(_(Role(name).english) for name in names)


@bp.get("/people", needs=Role.ADMIN)
def index() -> ResponseReturnValue:
    """Everybody, and who is invited."""
    return _index(InvitationForm(data={"roles": [Role.EDITOR.value], "language": ctx.newsroom.language}))


@bp.post("/people", needs=Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Store an invitation."""
    form = InvitationForm(request.form)
    if form.validate():
        who = {"email": form.email.data, "name": form.name.data, "roles": form.roles.data, "language": form.language.data}
        with collect_refusals(form), writing() as current, run_once(current) as done:
            path = invitations.invite(current, **who, actor=current_actor(), by_mail=app_settings().sends_mail)
            answer = _sent(path, done(url_for("people.index")))
    if form.errors:
        return _index(form), 422
    return answer if path is None else _to_copy(path, str(form.name.data))


@bp.post("/people/invitations/<id:invitation_id>/again", needs=Role.ADMIN)
def invite_again(invitation_id: int) -> ResponseReturnValue:
    """Create a new link for an invitation."""
    with writing() as current:
        path = invitations.again(current, invitation_id, actor=current_actor(), by_mail=app_settings().sends_mail)
        name = invitations.get(current, invitation_id).name
    return _sent(path, redirect(url_for("people.index"), 303)) if path is None else _to_copy(path, name)


@bp.post("/people/invitations/<id:invitation_id>/withdraw", needs=Role.ADMIN)
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    with writing() as current:
        invitations.withdraw(current, invitation_id, actor=current_actor())
    toast(_("The invitation is withdrawn. Its link no longer works."))
    return redirect(url_for("people.index"), 303)


def _sent(path: str | None, answer: ResponseReturnValue) -> ResponseReturnValue:
    if path is None:
        toast(_("The invitation will be sent by e-mail within a minute."))
    return answer


def _to_copy(path: str, name: str) -> ResponseReturnValue:
    """The one page that shows the link, where no mail takes it."""
    base = app_settings().base_url or request.host_url.rstrip("/")
    return render_template("people/link.html", link=f"{base}{path}", name=name)


def _index(form: InvitationForm) -> str:
    q = request.args.get("q", "")[:200]
    places = {"after": request.args.get("after"), "before": request.args.get("before")}
    found = queries.list_members(session(), q, with_sample=app_settings().demo, **places)
    invited, invited_count = invitations.list_open(session()), invitations.count_open(session())
    return render_template(
        "people/index.html",
        form=form,
        members=found.rows,
        pager=pager_of(found),
        q=q,
        invited=invited,
        invited_count=invited_count,
        role_names=_role_names,
        sends_mail=app_settings().sends_mail,
        now=clock.now(),
    )


@bp.get("/people/<id:editor_id>", needs=Role.ADMIN)
def show(editor_id: int) -> ResponseReturnValue:
    """One person: roles, access."""
    return _show(_get(editor_id))


@bp.post("/people/<id:editor_id>/roles", needs=Role.ADMIN)
def change_roles(editor_id: int) -> ResponseReturnValue:
    """Change the roles of an account, from its next request on."""
    form = RolesForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            people.set_roles(current, _get(editor_id), form.roles.data, actor=current_actor())
    if form.errors:
        return _show(_get(editor_id), roles=form), 422
    toast(_("Saved."))
    return _back(editor_id)


@bp.post("/people/<id:editor_id>/disable", needs=Role.ADMIN)
def disable(editor_id: int) -> ResponseReturnValue:
    """Disable an account and pass its claims on."""
    editor = _get(editor_id)
    form = _disable_form(editor, request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            heir = people.get(current, form.hand_to.data) if form.hand_to.data is not None else None
            count = people.disable(current, _get(editor_id), actor=current_actor(), hand_to=heir)
    if form.errors:
        return _show(_get(editor_id), disabling=form), 422
    parts = [_("The account is disabled and signed out on every device.")]
    if count:
        parts.append(ngettext("%(n)s claim has a new owner.", "%(n)s claims have a new owner.", count))
    toast(" ".join(parts))
    return _back(editor_id)


@bp.post("/people/<id:editor_id>/enable", needs=Role.ADMIN)
def enable(editor_id: int) -> ResponseReturnValue:
    """Enable an account."""
    with writing() as current:
        people.enable(current, _get(editor_id), actor=current_actor())
    toast(_("The account is enabled. Its password has not changed."))
    return _back(editor_id)


@bp.post("/people/<id:editor_id>/second-factor", needs=Role.ADMIN)
def reset_second_factor(editor_id: int) -> ResponseReturnValue:
    """Remove a second factor that was lost."""
    with writing() as current:
        second_factor.turn_off(current, _get(editor_id), actor=current_actor())
    toast(_("The second factor is removed and all their sessions are closed. They sign in with the password alone."))
    return _back(editor_id)


def _back(editor_id: int) -> ResponseReturnValue:
    # Changing one's own access signs one out.
    here = url_for("people.show", editor_id=editor_id)
    return redirect(here if editor_id != current_editor().id else url_for("security.login"), 303)


def _get(editor_id: int) -> Editor:
    editor = people.get(session(), editor_id)
    if not session_cookies.may_enter(editor):
        return people.get(session(), 0)  # not found
    return editor


def _disable_form(editor: Editor, sent: object = None) -> DisableForm:
    form = DisableForm(sent)
    form.hand_to.set_choices(queries.list_successors(session(), editor, with_sample=app_settings().demo))
    return form


def _show(editor: Editor, *, roles: RolesForm | None = None, disabling: DisableForm | None = None) -> str:
    return render_template(
        "people/show.html",
        person=editor,
        role_names=_role_names,
        roles=roles or RolesForm(data={"roles": [role.name for role in editor.roles]}),
        disabling=disabling or _disable_form(editor),
        open_work=sum(count_open_work(session(), editor.id), OpenWork()),
    )
