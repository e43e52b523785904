"""One's own second factor: set it up, make new recovery codes, switch it off. And the newsroom may ask it of some."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from flask import Flask, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts import second_factor
from tracker.accounts.access import current_editor
from tracker.accounts.forms import CodeForm, PasswordForm, SureForm
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.accounts.routes.blueprint import bp
from tracker.accounts.routes.reauthentication import has_passkeys, is_code_right, is_fresh, is_password_right, keeper
from tracker.on_demand import OnDemand
from tracker.web.access import current_actor, editor_or_none
from tracker.web.database import writing
from tracker.web.forms import Form, collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.limits import FORM_MAX
from tracker.web.page_context import ctx
from tracker.web.pages import toast

if TYPE_CHECKING:
    import qrcode
else:
    qrcode = OnDemand("qrcode")  # it imports Pillow

_BEGAN: Final = "second_factor_began"
_SCAN_WITHIN: Final = 1_800  # seconds
# What stays open to an editor who has to set one up first.
_OPEN: Final = frozenset({"security.logout", "security.change_password"})
_OWN: Final = "newsroom.second_factor"
# With the way to a passkey, which counts as one, and what asks who is there before.
_OWNS: Final = (
    _OWN,
    "newsroom.passkey",
    "newsroom.add_passkey",
    "newsroom.confirm_identity",
    "newsroom.confirm_passkey",
)


def init_app(app: Flask) -> None:
    """Lead those who need a second factor, and have none, to its page."""
    app.before_request(_lead)


def _lead() -> ResponseReturnValue | None:
    endpoint = request.endpoint or ""
    if endpoint in _OPEN or endpoint.startswith(_OWNS) or request.blueprint in {"display", "health"} or not endpoint:
        return None
    # Who signs in at a provider shows their second factor there.
    if (
        editor_or_none() is None
        or "via" in cookie
        or not second_factor.is_due(current_editor(), ctx.newsroom.second_factor_required)
    ):
        return None
    return redirect(url_for("newsroom.second_factor"), 303)


@bp.get("/settings/second-factor", endpoint="second_factor", needs=Role.VIEWER)
def show() -> ResponseReturnValue:
    """Whether it is on, and what can be done."""
    return _render()


@bp.post("/settings/second-factor", endpoint="second_factor_begin", needs=Role.VIEWER, limit=FORM_MAX)
def begin() -> ResponseReturnValue:
    """Make a key for the app. Where a passkey is the second factor already, the password alone is not enough."""
    form = _beginning(request.form)
    if not _is_sure(form):
        return _render(beginning=form), 422
    with writing() as current:
        second_factor.begin(current, current_editor(), keeper())
    cookie[_BEGAN] = int(clock.now().timestamp())
    return redirect(url_for("newsroom.second_factor"), 303)


@bp.post("/settings/second-factor/confirm", endpoint="second_factor_confirm", needs=Role.VIEWER, limit=FORM_MAX)
def confirm() -> ResponseReturnValue:
    """Switch it on, and show the recovery codes this once."""
    form = CodeForm(request.form)
    if form.validate():
        with collect_refusals(form), writing() as current:
            codes = second_factor.confirm(current, current_editor(), form.code.data, keeper(), actor=current_actor())
    if form.errors:
        return _render(confirming=form), 422
    cookie.pop(_BEGAN, None)
    return _show_codes(codes, is_new=True)


@bp.post("/settings/second-factor/codes", endpoint="second_factor_codes", needs=Role.VIEWER, limit=FORM_MAX)
def renew() -> ResponseReturnValue:
    """New recovery codes, shown this once."""
    form = SureForm(request.form, ids="renew")
    if not _is_sure(form):
        return _render(renewing=form), 422
    with writing() as current:
        codes = second_factor.renew_codes(current, current_editor(), actor=current_actor())
    return _show_codes(codes, is_new=False)


@bp.post("/settings/second-factor/off", endpoint="second_factor_off", needs=Role.VIEWER, limit=FORM_MAX)
def off() -> ResponseReturnValue:
    """Switch it off."""
    form = SureForm(request.form, ids="off")
    if not _is_sure(form):
        return _render(ending=form), 422
    with writing() as current:
        second_factor.turn_app_off(current, current_editor(), actor=current_actor())
        is_on = second_factor.is_on(current_editor())
    if is_on:
        toast(_("The authenticator app is off. Your passkeys remain your second factor."))
    else:
        toast(_("The second factor is off. You sign in with your password alone."))
    return redirect(url_for("newsroom.second_factor"), 303)


def _show_codes(codes: list[str], *, is_new: bool) -> str:
    return render_template("newsroom/recovery_codes.html", codes=codes, is_new=is_new, onward=url_for(_OWN))


def _is_sure(form: PasswordForm) -> bool:
    """Whether a passkey was shown lately, or the form's password is right, and its code where it asks for one."""
    if is_fresh(by_passkey=True):
        return True
    return form.validate() and is_password_right(form) and is_code_right(form)


def _beginning(sent: Any = None) -> PasswordForm:
    return SureForm(sent, ids="begin") if second_factor.is_on(current_editor()) else PasswordForm(sent)


def _to_scan(editor: Editor) -> str | None:
    """The key of the app, for the browser that has asked for it, and for a while."""
    began = cookie.get(_BEGAN)
    is_here = isinstance(began, int) and 0 <= clock.now().timestamp() - began < _SCAN_WITHIN
    return second_factor.key_to_scan(editor, keeper()) if is_here else None


def _render(**forms: Form) -> str:
    editor = current_editor()
    key = _to_scan(editor)
    form = partial(forms.get)
    return render_template(
        "newsroom/second_factor.html",
        is_on=second_factor.is_on(editor),
        has_app=second_factor.has_app(editor),
        has_passkeys=has_passkeys(),
        by_passkey=is_fresh(by_passkey=True),
        is_due=second_factor.is_due(editor, ctx.newsroom.second_factor_required),
        left=second_factor.codes_left(editor),
        key=key,
        square=_square(second_factor.address_to_scan(key, editor)) if key else None,
        beginning=form("beginning") or _beginning(),
        confirming=form("confirming") or CodeForm(),
        renewing=form("renewing") or SureForm(ids="renew"),
        ending=form("ending") or SureForm(ids="off"),
        problem=any(each.errors or each.form_errors for each in forms.values()),
    )


def _square(text: str) -> tuple[int, str]:
    """The square that an app scans: how many units wide, and its dark parts as a path. No image, no inline style."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = cast(list[list[bool]], code.get_matrix())
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return len(rows), path
