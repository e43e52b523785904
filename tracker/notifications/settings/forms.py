"""The forms of the reminders' settings."""

from typing import Any, Final

from tracker.feeds.models import Feed
from tracker.notifications.models import Frequency
from tracker.notifications.preferences import NAMES
from tracker.web.forms import (
    CheckField,
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    HiddenTextField,
    IntegerField,
    RadioField,
    TextField,
    UrlField,
)
from tracker.web.forms import lazy_gettext as _l
from tracker.webhooks.events import CHOICES
from tracker.webhooks.models import Format
from tracker.webhooks.services import NAME_MAX

FREQUENCIES: Final = {
    Frequency.OFF: _l("Off"),
    Frequency.WEEKLY: _l("Weekly"),
    Frequency.WEEKDAYS: _l("Working days"),
    Frequency.DAILY: _l("Every day"),
}
FORMATS: Final = {
    Format.STANDARD: _l("Signed JSON (Standard Webhooks)"),
    Format.SLACK: _l("Slack, incoming webhook"),
    Format.MATTERMOST: _l("Mattermost, incoming webhook"),
}


class PreferencesForm(Form):
    """What an editor wants to be sent by e-mail; the fields are those of `Preferences`."""

    digest = RadioField(_l("How often"), choices=Frequency, labels=FREQUENCIES.__getitem__, required=True)
    hour = IntegerField(_l("At this hour"), least=0, most=23, hint=_l("0 to 23; left empty, the newsroom’s."))
    own = CheckField(_l("Claims I own"))
    signoffs = CheckField(_l("Verdicts waiting for my sign-off"))
    unowned = CheckField(_l("Claims nobody owns"))
    look_ahead = CheckField(_l("A look ahead: the next 30 days, as one number"))
    before = CheckField(_l("7 days before it is due"))
    on_the_day = CheckField(_l("On the day"))
    late = CheckField(_l("7 and 30 days late, then never again"))
    requests = CheckField(_l("When somebody asks for my signature, and once more after three working days"))
    escalations = CheckField(_l("As a chief: once, when nobody judged a claim for 37 days"))

    @property
    def values(self) -> dict[str, Any]:
        """What was given, by the names of the preferences."""
        return {name: self[name].data for name in NAMES}


class LeaveForm(Form):
    """Until when somebody is away, and who stands in."""

    away_until = DayField(_l("Last day of the leave"), prefer="future", hint=_l("Empty: I am here."))
    stand_in_id = ChoiceField(_l("Stands in for me"), blank=_l("Nobody"))


class FeedForm(Form):
    """Which feed to open anew or to close."""

    feed = ChoiceField("feed", choices=Feed, required=True)
    do = HiddenTextField("do", required=True, max_length=16)


class HookForm(Form):
    """A webhook's name and what it is told."""

    name = TextField(_l("Name"), required=True, max_length=NAME_MAX, hint=_l("For the people of the newsroom."))
    events = ChoicesField(_l("What it is told"), choices=[(key.value, _l(text)) for key, text in CHOICES.items()], required=True)


class NewHookForm(HookForm):
    """A new one, with its address and form."""

    url = UrlField(_l("Address"), required=True, hint=_l("Treat it like a password: it is not shown again."))
    format = ChoiceField(_l("Form of the messages"), choices=Format, labels=FORMATS.__getitem__, required=True)
