"""The form of topics."""

from tracker.claims.services.topics import LABEL_MAX
from tracker.web.forms import Form, HiddenTextField, TextField, TokenField
from tracker.web.forms import lazy_gettext as _l


class TopicForm(Form):
    """A topic's labels. `basis` as for a speaker."""

    label_en = TextField(_l("English label"), required=True, max_length=LABEL_MAX)
    label_fr = TextField(_l("French label"), required=True, max_length=LABEL_MAX)
    basis = HiddenTextField(max_length=64)
    form_token = TokenField()
