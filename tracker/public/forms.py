"""The form of a reader's report."""

from typing import Final

from tracker.errors import N_
from tracker.public.models import ReportKind
from tracker.public.reports import BODY_MAX, NAME_MAX
from tracker.web.forms import AreaField, EmailField, Form, RadioField, TextField
from tracker.web.forms import lazy_gettext as _l
from tracker.web.i18n import gettext

KINDS: Final = {
    ReportKind.ERROR: N_("Something is wrong"),
    ReportKind.REPLY: N_("I am named or concerned, and want to reply in public"),
    ReportKind.OTHER: N_("Something else"),
}


class ReportForm(Form):
    """What a reader tells the newsroom."""

    kind = RadioField(
        _l("What is it about"),
        lambda: [(kind, gettext(text)) for kind, text in KINDS.items()],
        required=True,
        default=ReportKind.ERROR,
    )
    body = AreaField(_l("Your message"), required=True, max_length=BODY_MAX, hint=_l("A reply is shown word for word."))
    name = TextField(_l("Your name"), max_length=NAME_MAX, hint=_l("Shown beside a reply; otherwise only the newsroom sees it."))
    email = EmailField(_l("Your e-mail address"), hint=_l("Only for the answer. Forgotten after 12 months."))
