"""One's own tokens of the API; chief editors and administrators see and end those of others, too."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import second_factor, tokens
from tracker.accounts.access import current_editor
from tracker.accounts.forms import TokenForm
from tracker.accounts.roles import Role
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.routes.reauthentication import has_passkeys, is_code_right, is_fresh
from tracker.web import i18n
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.limits import FORM_MAX
from tracker.web.pages import toast


@bp.get("/account/tokens", endpoint="tokens", needs=Role.VIEWER)
def show() -> ResponseReturnValue:
    """One's tokens, and the form for another."""
    return _render(_offered(TokenForm.empty()))


@bp.post("/account/tokens", endpoint="add_token", needs=Role.VIEWER, limit=FORM_MAX)
def add() -> ResponseReturnValue:
    """Make a token; the answer to this shows it, and nothing else ever does."""
    form = _offered(TokenForm(request.form))
    if form.validate() and is_code_right(form):
        with collect_refusals(form), writing() as current:
            row, secret = tokens.add(
                current,
                current_editor(),
                form.name.data,
                form.scopes.data,
                actor=current_actor(),
                today=i18n.today(),
                days=form.days.data,
            )
            name = row.name
    if form.errors:
        return _render(form), 422
    return render_template("newsroom/token.html", name=name, secret=secret)


@bp.post("/account/tokens/<id:token_id>/revoke", endpoint="revoke_token", needs=Role.VIEWER)
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token for good."""
    with writing() as current:
        name = tokens.revoke(current, token_id, actor=current_actor()).name
    toast(_("Revoked the token “%(name)s”.", name=name))
    return redirect(url_for("newsroom.tokens"), 303)


def _offered(form: TokenForm) -> TokenForm:
    editor = current_editor()
    form.offer(tokens.offered_scopes(editor), asks_code=second_factor.is_on(editor) and not is_fresh(by_passkey=True))
    return form


def _render(form: TokenForm) -> str:
    editor, today = current_editor(), i18n.today()
    others = tokens.list_all(session()) if tokens.may_manage(editor.actor) else ()
    return render_template(
        "newsroom/tokens.html",
        form=form,
        has_passkeys=has_passkeys(),
        own=[(row, editor) for row in tokens.list_of(session(), editor.id)],
        others=[(row, owner) for row, owner in others if owner.id != editor.id],
        is_working=lambda row, owner: tokens.is_working(row, owner, today),
        scopes_of=lambda row: [_(scope.english) for scope in tokens.scopes_of(row)],
    )
