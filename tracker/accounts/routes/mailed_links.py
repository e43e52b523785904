"""What the links in mails lead to: accepting an invitation, and setting a new password, which one asks for here."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import invitations, login_rate_limit, password_reset, people
from tracker.accounts.forms import ForgotForm, JoinForm, NewPasswordForm
from tracker.accounts.models import Editor, Invitation
from tracker.accounts.roles import Role
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.routes.reauthentication import refuse_try
from tracker.web.access import PUBLIC
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.limits import FORM_MAX
from tracker.web.pages import toast


@bp.get("/invitation/<token>", needs=PUBLIC)
def join(token: str) -> ResponseReturnValue:
    """The form. Looking at it uses nothing up: programs that read mail open links, too."""
    invitation = invitations.look(session(), token)
    return _render_join(JoinForm(data={"name": invitation.name}), invitation)


@bp.post("/invitation/<token>", needs=PUBLIC, limit=FORM_MAX)
def join_now(token: str) -> ResponseReturnValue:
    """Store the account; its owner then signs in as usual."""
    form = JoinForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            invitations.accept(current, token, form.name.data, form.password.data)
    if form.errors:
        return _render_join(form, invitations.look(session(), token)), 422
    toast(_("Your account is ready. Sign in to start."))
    return redirect(url_for("security.login"), 303)


def _render_join(form: JoinForm, invitation: Invitation) -> str:
    roles = [_(Role(name).english) for name in invitation.roles]
    return render_template("people/join.html", form=form, email=invitation.email, roles=roles)


@bp.get("/reset", needs=PUBLIC)
def forgot() -> ResponseReturnValue:
    """Where to say which address; without a mail server, whom to ask."""
    return _render_forgot(ForgotForm())


@bp.post("/reset", needs=PUBLIC, limit=FORM_MAX)
def forgot_now() -> ResponseReturnValue:
    """Note that a link is wanted. The answer is the same whether or not there is an account."""
    form = ForgotForm(request.form)
    if not app_settings().sends_mail or not form.validate():
        return _render_forgot(form), 422
    with collect_refusals(form), writing() as current:
        account = people.normal_email(form.email.data)
        minutes = login_rate_limit.admit(current, login_rate_limit.limits_for_reset(account, request.remote_addr or ""))
        if not minutes:
            password_reset.ask(current, account)
    if form.errors:
        return _render_forgot(form), 422
    if minutes:
        form.form_errors = [
            ngettext(
                "Too many links were asked for. Wait %(n)s minute.",
                "Too many links were asked for. Wait %(n)s minutes.",
                minutes,
            )
        ]
        return refuse_try(_render_forgot(form), minutes)
    return render_template("newsroom/forgot_sent.html", email=form.email.data)


def _render_forgot(form: ForgotForm) -> str:
    return render_template("newsroom/forgot.html", form=form, sends_mail=app_settings().sends_mail)


@bp.get("/reset/<token>", needs=PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    """The form for the new password. Looking at it uses nothing up."""
    return _render_reset(NewPasswordForm(), password_reset.look(session(), token))


@bp.post("/reset/<token>", needs=PUBLIC, limit=FORM_MAX)
def reset_now(token: str) -> ResponseReturnValue:
    """Store the password; its owner then signs in as usual, with their second factor if they have one."""
    form = NewPasswordForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            password_reset.finish(current, token, form.password.data)
    if form.errors:
        return _render_reset(form, password_reset.look(session(), token)), 422
    toast(_("Your password is set and all your sessions are closed. Sign in with the new password."))
    return redirect(url_for("security.login"), 303)


def _render_reset(form: NewPasswordForm, editor: Editor) -> str:
    return render_template("newsroom/reset.html", form=form, email=editor.email)
