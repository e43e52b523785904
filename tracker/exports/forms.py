"""The form of an export: period, day and verdict. The table and the format are chosen by radio buttons of the page."""

from tracker.claims.enums import Outcome
from tracker.claims.labels import label
from tracker.web.forms import ChoiceField, DayField, Form
from tracker.web.forms import lazy_gettext as _l


class ExportForm(Form):
    """Which rows of a table. Field names are those of the address of an export."""

    since = DayField(_l("From"), prefer="past", hint=_l("The first day of the period."))
    until = DayField(_l("Until"), prefer="past", hint=_l("The last day of the period."))
    as_of = DayField(_l("As of"), prefer="past", hint=_l("The state at the end of that day."))
    verdict = ChoiceField(_l("Verdict"), Outcome, labels=label, blank=_l("All verdicts"))
