"""The forms of speakers and topics."""

from tracker.claims.enums import SpeakerKind
from tracker.claims.labels import label
from tracker.claims.services.common import NAME_MAX
from tracker.claims.services.topics import LABEL_MAX
from tracker.web.forms import AreaField, ChoiceField, Form, HiddenTextField, RadioField, TextField, TokenField
from tracker.web.forms import lazy_gettext as _l

ALIASES_MAX = 50


class SpeakerForm(Form):
    """A speaker. `basis` is a hash of what the page showed, so that no change is overwritten unseen."""

    name = TextField(_l("Name"), required=True, max_length=NAME_MAX)
    kind = RadioField(_l("Kind"), SpeakerKind, labels=label, required=True, default=SpeakerKind.PERSON)
    affiliation = TextField(_l("Role or organisation"), max_length=1_000, hint=_l("Distinguishes two people with the same name."))
    aliases = AreaField(_l("Other names"), max_length=ALIASES_MAX * NAME_MAX, hint=_l("One per line, as articles write them."))
    basis = HiddenTextField(max_length=64)
    form_token = TokenField()

    def names(self) -> tuple[str, ...]:
        """The other names, one each."""
        return tuple(dict.fromkeys(filter(None, (line.strip() for line in self.aliases.data.split("\n")))))


class MergeForm(Form):
    """The entry that a speaker is merged into."""

    into_id = ChoiceField(_l("Merge into"), required=True, hint=_l("Claims of this entry will show the name of the other one."))
    form_token = TokenField()


class TopicForm(Form):
    """A topic's labels. `basis` as for a speaker."""

    label_en = TextField(_l("English label"), required=True, max_length=LABEL_MAX)
    label_fr = TextField(_l("French label"), required=True, max_length=LABEL_MAX)
    basis = HiddenTextField(max_length=64)
    form_token = TokenField()
