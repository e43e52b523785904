"""Accepting an invitation, by the link that came with it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import invitations
from tracker.accounts.forms import JoinForm
from tracker.accounts.models import Invitation
from tracker.accounts.roles import LABELS, Role
from tracker.accounts.routes.blueprint import bp
from tracker.web.access import PUBLIC
from tracker.web.database import session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.limits import FORM_MAX
from tracker.web.pages import toast


@bp.get("/invitation/<token>", needs=PUBLIC)
def join(token: str) -> ResponseReturnValue:
    """The form. Looking at it uses nothing up: programs that read mail open links, too."""
    invitation = invitations.look(session(), token)
    return _render(JoinForm(data={"name": invitation.name}), invitation)


@bp.post("/invitation/<token>", needs=PUBLIC, limit=FORM_MAX)
def join_now(token: str) -> ResponseReturnValue:
    """Store the account; its owner then signs in as usual."""
    form = JoinForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            invitations.accept(current, token, form.name.data, form.password.data)
    if form.errors:
        return _render(form, invitations.look(session(), token)), 422
    toast(_("Your account is ready. Sign in to start."))
    return redirect(url_for("security.login"), 303)


def _render(form: JoinForm, invitation: Invitation) -> str:
    roles = [_(LABELS[Role(name)]) for name in invitation.roles]
    return render_template("people/join.html", form=form, email=invitation.email, roles=roles)
