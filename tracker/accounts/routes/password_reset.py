"""For those who have forgotten their password: ask for a link by mail, and set a new one with it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import login_rate_limit, password_reset, people
from tracker.accounts.forms import ForgotForm, NewPasswordForm
from tracker.accounts.models import Editor
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.routes.reauthentication import refuse_try
from tracker.web.access import PUBLIC
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.limits import FORM_MAX
from tracker.web.pages import toast


def _sends_mail() -> bool:
    return app_settings().smtp_url is not None


@bp.get("/reset", needs=PUBLIC)
def forgot() -> ResponseReturnValue:
    """Where to say which address; without a mail server, whom to ask."""
    return _render(ForgotForm())


@bp.post("/reset", needs=PUBLIC, limit=FORM_MAX)
def forgot_now() -> ResponseReturnValue:
    """Note that a link is wanted. The answer is the same whether or not there is an account."""
    form = ForgotForm(request.form)
    if not _sends_mail() or not form.validate():
        return _render(form), 422
    with collect_refusals(form), writing() as current:
        account = people.normal_email(form.email.data)
        minutes = login_rate_limit.admit(current, login_rate_limit.limits_for_reset(account, request.remote_addr or ""))
        if not minutes:
            password_reset.ask(current, account)
    if form.errors:
        return _render(form), 422
    if minutes:
        form.form_errors = [
            ngettext(
                "Too many links were asked for. Wait %(n)s minute.",
                "Too many links were asked for. Wait %(n)s minutes.",
                minutes,
            )
        ]
        return refuse_try(_render(form), minutes)
    return render_template("newsroom/forgot_sent.html", email=form.email.data)


def _render(form: ForgotForm) -> str:
    return render_template("newsroom/forgot.html", form=form, sends_mail=_sends_mail())


@bp.get("/reset/<token>", needs=PUBLIC)
def reset(token: str) -> ResponseReturnValue:
    """The form for the new password. Looking at it uses nothing up."""
    return _form(NewPasswordForm(), password_reset.look(session(), token))


@bp.post("/reset/<token>", needs=PUBLIC, limit=FORM_MAX)
def reset_now(token: str) -> ResponseReturnValue:
    """Store the password; its owner then signs in as usual, with their second factor if they have one."""
    form = NewPasswordForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            password_reset.finish(current, token, form.password.data)
    if form.errors:
        return _form(form, password_reset.look(session(), token)), 422
    toast(_("Your password is set and all your sessions are closed. Sign in with the new password."))
    return redirect(url_for("security.login"), 303)


def _form(form: NewPasswordForm, editor: Editor) -> str:
    return render_template("newsroom/reset.html", form=form, email=editor.email)
