"""The forms of signing in and of changing one's password, and what Flask-Security asks about addresses and passwords."""

from typing import Any, Final, cast

from flask_security import ChangePasswordForm as BaseChangePasswordForm
from flask_security import LoginForm as BaseLoginForm
from flask_security import MailUtil as BaseMailUtil
from flask_security import PasswordUtil as BasePasswordUtil
from flask_security.mail_util import EmailValidateException
from wtforms import BooleanField, EmailField, PasswordField, ValidationError
from wtforms.validators import DataRequired, EqualTo

from tracker.accounts import passwords, people
from tracker.accounts.models import Editor
from tracker.accounts.routes import session_cookies
from tracker.errors import N_, Invalid, Message
from tracker.web.i18n import lazy_gettext as _l
from tracker.web.i18n import translate

NOT_TOGETHER: Final = N_("This e-mail address or password is wrong.")


class MailUtil(BaseMailUtil):
    """Addresses in the one normal form they are stored in."""

    def normalize(self, email: str) -> str:
        try:
            return people.normal_email(email)
        except Invalid as refusal:
            raise EmailValidateException(translate(refusal.message)) from None

    def validate(self, email: str) -> str:
        return self.normalize(email)


class PasswordUtil(BasePasswordUtil):
    """Passwords by our rules."""

    def normalize(self, password: str) -> str:
        return passwords.normal(password)

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        editor = kwargs.get("user")
        try:
            return None, passwords.check(password, about=(editor.email, editor.name) if editor else ())
        except Invalid as refusal:
            return [translate(refusal.message)], password


def email_mapper(identity: str) -> str | None:
    """The normal form of an address, None for what is none."""
    try:
        return people.normal_email(identity)
    except Invalid:
        return None


def _bounded(_form: Any, field: Any) -> None:
    # Checked before normalising and hashing, so that oversized input costs nothing.
    data = field.data or ""
    if len(data.encode("utf-8", "surrogatepass")) > passwords.BYTES_MAX or "\x00" in data:
        raise ValidationError(_l("This cannot be a password."))


def _hashable(form: Any, field: Any) -> None:
    _bounded(form, field)
    try:
        (field.data or "").encode("utf-8")
    except UnicodeEncodeError:
        raise ValidationError(_l("This cannot be a password.")) from None
    if len(passwords.normal(field.data or "")) > passwords.LONGEST:
        raise ValidationError(_l("This cannot be a password."))


class LoginForm(BaseLoginForm):
    """E-mail, password, and whether to stay signed in. The error is the same for each of them, to reveal nothing."""

    email = EmailField(_l("Work e-mail"), validators=[DataRequired(), _bounded], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"), validators=[DataRequired(), _hashable], render_kw={"autocomplete": "current-password"}
    )
    keep = BooleanField(_l("Keep me signed in on this device"))
    remember = None  # type: ignore[assignment]  # Flask-Login's cookie would sign in past the session's row
    submit = None  # type: ignore[assignment]

    def validate_next(self, field: object) -> None:
        """The view looks at it."""

    def validate(self, **kwargs: Any) -> bool:
        typed = self.email.data
        self.email.data = email_mapper(typed or "") or ""
        good = bool(super().validate(**kwargs)) and session_cookies.may_enter(cast(Editor, self.user))
        self.email.data = typed
        if not good:
            for field in (self.email, self.password):
                field.errors = []
            self.form_errors = [translate(Message(NOT_TOGETHER))]
        return good


class ChangePasswordForm(BaseChangePasswordForm):
    """The present password, and the new one twice."""

    password = PasswordField(_l("Current password"), validators=[_hashable], render_kw={"autocomplete": "current-password"})
    new_password = PasswordField(_l("New password"), render_kw={"autocomplete": "new-password"})
    new_password_confirm = PasswordField(
        _l("New password again"),
        validators=[EqualTo("new_password", message=_l("The two passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
    submit = None  # type: ignore[assignment]
