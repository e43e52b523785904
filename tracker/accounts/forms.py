"""The forms of one's account and of the newsroom's settings."""

from collections.abc import Iterable
from typing import Any, Final

import wtforms

from tracker.accounts import passwords
from tracker.accounts.passkeys import NAME_MAX as PASSKEY_NAME_MAX
from tracker.accounts.people import NAME_MAX
from tracker.accounts.roles import GIVEN
from tracker.accounts.tokens import DAYS_DEFAULT, DAYS_MAX, Scope
from tracker.accounts.tokens import NAME_MAX as TOKEN_NAME_MAX
from tracker.web.catalogues import LANGUAGES
from tracker.web.forms import (
    AreaField,
    CheckField,
    ChoiceField,
    ChoicesField,
    EmailField,
    Form,
    HiddenTextField,
    IntegerField,
    RadioField,
    SecretField,
    TextField,
)
from tracker.web.forms import lazy_gettext as _l

PASSKEY_ANSWER_MAX: Final = 12_000  # characters; the longest are those of keys for after quantum computers

# Each language in its own words, for readers who do not read the current one.
LANGUAGE_NAMES: Final = {"en": "English", "fr": "Français"}


def _language(label: str) -> RadioField:
    return RadioField(label, choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES], required=True)


def _timezone() -> ChoiceField:
    hint = _l("Days start and end in this time zone: claims become due at midnight.")
    return ChoiceField(_l("Time zone"), required=True, hint=hint)


class DisplayForm(Form):
    """How an editor likes their pages."""

    language = _language(_l("Language"))
    theme = RadioField(
        _l("Theme"), choices=[("auto", _l("Same as my device")), ("light", _l("Light")), ("dark", _l("Dark"))], required=True
    )
    shortcuts = CheckField(_l("Single-key shortcuts"), hint=_l("Turn off if you use speech input, or if they get in the way."))
    key_hints = CheckField(_l("Show the row of key hints at the bottom"))


class RevokeForm(Form):
    """Which session to end."""

    session = HiddenTextField("session", required=True, max_length=64)


def _password(label: str) -> SecretField:
    return SecretField(label, required=True, max_length=passwords.BYTES_MAX)


class NewPasswordForm(Form):
    """A new password, twice."""

    password = _password(_l("New password"))
    password_again = _password(_l("New password again"))

    def validate_password_again(self, field: wtforms.Field) -> None:
        """Called by WTForms."""
        if passwords.normal(field.data) != passwords.normal(self.password.data):
            raise wtforms.ValidationError(_l("The two passwords are not the same."))


class FirstEditorForm(NewPasswordForm):
    """The first editor, and the newsroom's name, zone and language."""

    name = TextField(_l("Your name"), required=True, max_length=NAME_MAX, hint=_l("Shown next to the verdicts you sign."))
    email = EmailField(_l("Work e-mail"), required=True)
    # Once more, because fields stand in the order in which they are made.
    password = _password(_l("New password"))
    password_again = _password(_l("New password again"))
    newsroom = TextField(_l("Name of the newsroom"), required=True, max_length=NAME_MAX)
    language = _language(_l("Language"))
    timezone = _timezone()

    def offer_zones(self, zones: Iterable[str]) -> None:
        """Say which time zones can be chosen."""
        self.timezone.set_choices((zone, zone.replace("_", " ")) for zone in zones)


def _roles() -> ChoicesField:
    return ChoicesField(_l("Roles"), choices=[(role.value, _l(role.english)) for role in GIVEN], required=True)


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = EmailField(_l("Work e-mail"), required=True)
    name = TextField(_l("Name"), required=True, max_length=NAME_MAX, hint=_l("They can change it when they accept."))
    roles = _roles()
    language = _language(_l("Language of the invitation"))


class JoinForm(NewPasswordForm):
    """Name and password of a person who accepts an invitation."""

    name = TextField(_l("Your name"), required=True, max_length=NAME_MAX, hint=_l("Shown next to the verdicts you sign."))
    # Once more, because fields stand in the order in which they are made.
    password = _password(_l("New password"))
    password_again = _password(_l("New password again"))


class ForgotForm(Form):
    """Who has forgotten their password."""

    email = EmailField(_l("Work e-mail"), required=True)


class CodeForm(Form):
    """A code of the second factor, of the app or for recovery."""

    code = TextField(_l("Code"), required=True, max_length=64)


class PasswordForm(Form):
    """One's present password, once more."""

    password = _password(_l("Current password"))


class SureForm(PasswordForm):
    """Password and code, for what weakens an account."""

    code = TextField(_l("Code of the app, or a recovery code"), required=True, max_length=64)


class AddPasskeyForm(Form):
    """The name of a new passkey, and what the browser made (JSON)."""

    name = TextField(
        _l("Name"),
        required=True,
        max_length=PASSKEY_NAME_MAX,
        hint=_l("Where it is stored, such as “Phone” or “Security key”."),
    )
    answer = HiddenTextField("answer", max_length=PASSKEY_ANSWER_MAX)


class PasskeyNameForm(Form):
    """Another name of a passkey."""

    name = TextField(_l("Name"), required=True, max_length=PASSKEY_NAME_MAX)


class PasskeyForm(Form):
    """What the browser says with a passkey (JSON)."""

    answer = HiddenTextField("answer", max_length=PASSKEY_ANSWER_MAX)


class TokenForm(Form):
    """A new token of the API. `code` is asked for where the account has a second factor."""

    name = TextField(
        _l("Name"), required=True, max_length=TOKEN_NAME_MAX, hint=_l("Which program uses it, such as “Website box”.")
    )
    scopes = ChoicesField(_l("It may"), required=True)
    days = IntegerField(
        _l("Days until it ends"), least=1, most=DAYS_MAX, required=True, hint=_l("365 at most. You can revoke it earlier.")
    )
    code = TextField(_l("Code of the app, or a recovery code"), max_length=64)

    def offer(self, scopes: Iterable[Scope], *, asks_code: bool) -> None:
        """Say which scopes the role allows, and whether a code is needed."""
        self.scopes.set_choices((scope.value, _l(scope.english)) for scope in scopes)
        if asks_code:
            self.code.flags.required = True
        else:
            del self.code

    @classmethod
    def empty(cls) -> "TokenForm":
        """The form before anything is chosen but its days."""
        return cls(None, data={"days": DAYS_DEFAULT, "scopes": [Scope.READ.value]})


class RolesForm(Form):
    """The roles of an account."""

    roles = _roles()


class DeskForm(Form):
    """The name of a desk."""

    name = TextField(_l("Name"), required=True, max_length=NAME_MAX, hint=_l("Such as “Politics” or “Economy”."))


class DeskMemberForm(Form):
    """Who joins a desk."""

    editor = ChoiceField(_l("New member"), required=True)


class DisableForm(Form):
    """The new owner of the claims of an account that is disabled."""

    hand_to = ChoiceField(_l("New owner of their claims"), blank=_l("No owner for now"))


class NewsroomForm(Form):
    """The newsroom's rules."""

    name = TextField(_l("Name of the newsroom"), required=True, max_length=NAME_MAX)
    timezone = _timezone()
    language = _language(_l("Default language"))
    second_signature = CheckField(
        _l("A second editor signs every verdict"),
        hint=_l("If off, one editor can give a verdict alone. The history shows which verdicts have one signature."),
    )
    second_factor_required = CheckField(
        _l("Chief editors and administrators must use a second factor"),
        hint=_l("Accounts without one must set it up before they can continue."),
    )
    author_may_judge = CheckField(_l("The author of an article may judge its claims"))
    show_sample = CheckField(_l("Show the sample article"), hint=_l("It is hidden, not deleted."))
    review_after_days = IntegerField(
        _l("Days until a claim without a date of its own is reviewed"), least=1, most=3_650, required=True
    )
    anchor_address = EmailField(
        _l("Outside address for the history’s anchors"),
        hint=_l("Once a day, this address receives a line that later shows whether the history was changed."),
    )

    digest_hour = IntegerField(
        _l("Reminders go out at this hour"), least=0, most=23, required=True, hint=_l("0 to 23, in the newsroom’s time zone.")
    )
    weekdays = ChoicesField(
        _l("Working days"),
        choices=[
            ("1", _l("Monday")),
            ("2", _l("Tuesday")),
            ("3", _l("Wednesday")),
            ("4", _l("Thursday")),
            ("5", _l("Friday")),
            ("6", _l("Saturday")),
            ("7", _l("Sunday")),
        ],
        required=True,
    )
    holidays = AreaField(_l("Holidays"), hint=_l("As year-month-day, such as 2027-05-01, with spaces or line breaks between."))
    desk_address = EmailField(
        _l("Address for claims without an owner"),
        hint=_l("One address that is reminded of claims without an owner; without it, no one is reminded."),
    )

    name_editors = CheckField(
        _l("Readers see who proposed and who signed a verdict"), hint=_l("On the public pages of published articles.")
    )
    speaker_pages = ChoiceField(
        _l("Public pages that list a speaker’s predictions"),
        choices=[("organisation", _l("For organisations")), ("all", _l("For organisations and people"))],
        blank=_l("None"),
    )
    public_scorecards = CheckField(
        _l("Readers see scorecards"),
        hint=_l(
            "Readers see scorecards of the newsroom, topics, the articles’ own voice and organisations, from published "
            "predictions only; a chief editor can add a person’s on the page of that speaker."
        ),
    )
    method_en = AreaField(_l("How we judge, in English"), hint=_l("Public. Empty: the text that comes with Tracker."))
    method_fr = AreaField(_l("How we judge, in French"), hint=_l("Public. Empty: the text that comes with Tracker."))

    @property
    def values(self) -> dict[str, Any]:
        """What was given, by the names of the settings."""
        given = {field.name: field.data for field in self}
        weekdays = given.pop("weekdays")
        given["speaker_pages"] = given["speaker_pages"] or ""
        return {**given, "working_days": "".join(weekdays)}
