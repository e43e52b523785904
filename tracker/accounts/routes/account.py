"""One's own account: how pages look, which keys do something, where one is signed in."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import people, sessions
from tracker.accounts.access import current_editor
from tracker.accounts.forms import DisplayForm, RevokeForm
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.accounts.routes import session_cookies
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.sessions import Ended
from tracker.web import keyboard_shortcuts
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import use_language
from tracker.web.page_context import ctx, url_if
from tracker.web.pages import toast


@bp.get("/settings", needs=Role.VIEWER)
def account() -> ResponseReturnValue:
    """How one's pages look, and one's sessions."""
    return _render(_display_form(current_editor()))


@bp.get("/settings/keyboard", needs=Role.VIEWER)
def keyboard() -> ResponseReturnValue:
    """Where the row of key hints leads to."""
    return redirect(url_for("newsroom.account", _anchor="display"), 303)


@bp.get("/keys", needs=Role.VIEWER)
def keys() -> ResponseReturnValue:
    """All keys that do something for this editor; with scripts it opens as a window over any other page."""
    works = Role.EDITOR in current_editor().role_names
    listed = keyboard_shortcuts.listed(works=works, public=bool(url_if("public.index")))
    return render_template("newsroom/keys.html", keys=list(listed))


@bp.post("/settings", needs=Role.VIEWER)
def change_account() -> ResponseReturnValue:
    """Store how one's pages look."""
    form = DisplayForm(request.form)
    if not form.validate():
        return _render(form), 422
    with writing():
        editor = current_editor()
        # Who has chosen no language follows the newsroom or the browser, and does so until they choose another one.
        follows = editor.language is None and form.language.data == ctx.language
        people.set_display(
            editor,
            language=None if follows else form.language.data,
            theme=form.theme.data,
            shortcuts=form.shortcuts.data,
            key_hints=form.key_hints.data,
        )
    with use_language(form.language.data):  # the page that shows it is in the new one
        toast(_("Saved."))
    return redirect(url_for("newsroom.account"), 303)


@bp.post("/settings/sessions", needs=Role.VIEWER)
def revoke() -> ResponseReturnValue:
    """End one of one's sessions, or all but this one."""
    form = RevokeForm(request.form)
    if not form.validate():
        abort(422)
    with writing() as current:
        editor_id = current_editor().id
        if form.session.data == "others":
            sessions.end_all(current, editor_id, Ended.REVOKED, keep=session_cookies.current_hash())
        else:
            # Another editor's session counts as none: ending what is not open is no error.
            sessions.end(current, form.session.data, Ended.REVOKED, editor_id=editor_id)
    toast(_("Signed out there."))
    return redirect(url_for("newsroom.account", _anchor="sessions"), 303)


def _display_form(editor: Editor) -> DisplayForm:
    names = ("theme", "shortcuts", "key_hints")
    return DisplayForm(data={"language": editor.language or ctx.language, **{name: getattr(editor, name) for name in names}})


def _render(form: DisplayForm) -> str:
    editor = current_editor()
    return render_template(
        "newsroom/account.html",
        form=form,
        editor=editor,
        roles=[_(Role(role.name).english) for role in editor.roles],
        sessions=sessions.open_sessions(session(), editor.id),
        this=session_cookies.current_hash(),
        browser_name=sessions.browser_name,
    )
