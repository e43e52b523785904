"""The forms of the reminders' settings."""

from tracker.notifications.models import Feed, Frequency
from tracker.notifications.preferences import NAMES
from tracker.web.forms import (
    CheckField,
    ChoiceField,
    DayField,
    Form,
    HiddenTextField,
    IntegerField,
    RadioField,
)
from tracker.web.forms import lazy_gettext as _l


class PreferencesForm(Form):
    """What an editor wants to be sent by e-mail; the fields are those of `Preferences`."""

    digest = RadioField(_l("How often"), choices=Frequency, labels=lambda each: _l(each.english), required=True)
    hour = IntegerField(_l("At this hour"), least=0, most=23, hint=_l("0 to 23. Leave empty to use the newsroom’s hour."))
    own = CheckField(_l("Claims I own"))
    signoffs = CheckField(_l("Verdicts waiting for my sign-off"))
    unowned = CheckField(_l("Claims without an owner"))
    look_ahead = CheckField(_l("The number of claims due in the next 30 days"))
    before = CheckField(_l("7 days before the review date"))
    on_the_day = CheckField(_l("On the day"))
    late = CheckField(_l("7 and 30 days after it, then no more"))
    requests = CheckField(_l("When a colleague asks for my sign-off, with one reminder after three working days"))
    escalations = CheckField(_l("As chief editor: once, when a claim has no verdict 37 days after its review date"))

    @property
    def values(self) -> dict[str, object]:
        """What was given, by the names of the preferences."""
        return {name: self[name].data for name in NAMES}


class LeaveForm(Form):
    """The last day of an absence and the colleague who covers."""

    away_until = DayField(_l("Last day away"), prefer="future", hint=_l("Leave empty if you are here."))
    stand_in_id = ChoiceField(_l("Covered by"), blank=_l("No one"))


class FeedForm(Form):
    """Which feed to open anew or to close."""

    feed = ChoiceField("feed", choices=Feed, required=True)
    do = HiddenTextField("do", required=True, max_length=16)
