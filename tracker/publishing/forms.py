"""Forms of publication: when an article goes public, how it goes offline, what stays back, and answers to readers."""

from typing import Any, Final

from tracker.claims.services.name_guard import FIELDS
from tracker.web.forms import AreaField, ChoiceField, DayField, Form, RadioField, TextField
from tracker.web.forms import lazy_gettext as _l
from tracker.web.i18n import gettext

NOW: Final = "now"
LATER: Final = "later"
TIME_MAX: Final = 5


class PublishForm(Form):
    """Now, or at a time of the newsroom's clock."""

    when = RadioField(_l("When"), [(NOW, _l("Now")), (LATER, _l("Later"))], required=True, default=NOW)
    day = DayField(_l("Day"), prefer="future")
    time = TextField(_l("Time"), max_length=TIME_MAX, hint=_l("Such as 06:00, by the newsroom’s clock."))

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form does; a later publication needs its day and time."""
        valid = super().validate(extra_validators)
        if self.when.data != LATER:
            return valid
        for field in (self.day, self.time):
            if not field.data and not field.errors:
                field.errors = [gettext("Say when.")]
                valid = False
        return valid


class OfflineForm(Form):
    """Off the public pages."""

    line = AreaField(
        _l("What readers find in its place"), required=True, max_length=1_000, hint=_l("One or two sentences, without blame.")
    )
    reason = AreaField(_l("Why"), required=True, max_length=2_000, hint=_l("Kept in the history, not public."))


class CardForm(Form):
    """The scorecard of a person: shown to readers, or hidden again."""

    reason = AreaField(_l("Why"), required=True, max_length=2_000, hint=_l("Kept in the history, not public."))


class HoldForm(Form):
    """Until when a verdict is kept back."""

    day = DayField(_l("Embargo until"), prefer="future", required=True)
    time = TextField(_l("Time"), required=True, max_length=TIME_MAX, hint=_l("Such as 06:00, by the newsroom’s clock."))


class NameForm(Form):
    """A field in which the name of an implied speaker may be read."""

    field = ChoiceField(_l("Where"), lambda: [(key, gettext(text)) for key, text in FIELDS.items()], required=True)
    reason = AreaField(_l("Why the name may be read there"), required=True, max_length=2_000)


class AnswerForm(Form):
    """What becomes of a reader's report."""

    answer = AreaField(
        _l("Answer"), max_length=4_000, hint=_l("Sent to the reader by e-mail where one was given, and kept with the report.")
    )
