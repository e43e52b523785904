"""The forms of webhooks."""

from typing import ClassVar, Final

import wtforms

from tracker.notifications.models import Format
from tracker.notifications.webhook_events import CHOICES
from tracker.web.forms import ChoiceField, ChoicesField, Form, TextField, UrlField
from tracker.web.forms import lazy_gettext as _l
from tracker.webhooks import chat_services
from tracker.webhooks.services import NAME_MAX

FORMATS: Final = {
    Format.STANDARD: _l("Signed JSON (Standard Webhooks)"),
    Format.SLACK: _l("Slack, incoming webhook"),
    Format.MATTERMOST: _l("Mattermost, incoming webhook"),
    Format.APPRISE: _l("Message by Apprise: Matrix, Teams, Telegram, ntfy"),
}


def offered_formats() -> list[tuple[Format, str]]:
    """What can be sent with the parts that are installed, and what it is called."""
    return [(key, text) for key, text in FORMATS.items() if key is not Format.APPRISE or chat_services.is_installed()]


class AddressField(UrlField):
    """An address of the web or of a service that Apprise knows; which it must be is decided by the format."""

    kind: ClassVar[str] = TextField.kind

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        TextField.pre_validate(self, form)


class HookForm(Form):
    """A webhook's name and events."""

    name = TextField(_l("Name"), required=True, max_length=NAME_MAX, hint=_l("Shown to your newsroom only."))
    events = ChoicesField(_l("Events"), choices=[(key.value, _l(text)) for key, text in CHOICES.items()], required=True)


class NewHookForm(HookForm):
    """A new one, with its address and form."""

    url = AddressField(_l("Address"), required=True, hint=_l("Keep it secret: it is not shown again."))
    format = ChoiceField(_l("Message format"), choices=offered_formats, labels=FORMATS.__getitem__, required=True)
