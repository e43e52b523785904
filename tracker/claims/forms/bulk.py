"""The forms that concern many claims at once."""

from tracker.claims.forms.common import TEXT_MAX
from tracker.web.forms import AreaField, ChoiceField, DayField, Form
from tracker.web.forms import lazy_gettext as _l


class BulkForm(Form):
    """An action on the selected claims. The button names the action, which decides the required fields."""

    owner_id = ChoiceField(_l("New owner"), blank=_l("No owner"))
    review_on = DayField(_l("New review date"), prefer="future")
    reason = AreaField(_l("Why later"), max_length=TEXT_MAX)
    topic_id = ChoiceField(_l("Topic"), blank="–")


class HandoverForm(Form):
    """Everything that one editor owns, to another one."""

    from_id = ChoiceField(_l("Claims of"), required=True)
    to_id = ChoiceField(_l("New owner"), blank=_l("No owner"))
