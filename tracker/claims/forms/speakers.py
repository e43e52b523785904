"""The forms of speakers and topics."""

from tracker.claims.labels import label
from tracker.claims.services.common import NAME_MAX
from tracker.claims.services.speakers import LABEL_MAX
from tracker.claims.words import SpeakerKind
from tracker.web.forms import AreaField, ChoiceField, Form, HiddenTextField, RadioField, TextField, TokenField
from tracker.web.forms import lazy_gettext as _l

ALIASES_MAX = 50


class SpeakerForm(Form):
    """A speaker. `basis` is what the page showed, so that nobody's change is overwritten unseen."""

    name = TextField(_l("Name"), required=True, max_length=NAME_MAX)
    kind = RadioField(_l("Kind"), SpeakerKind, labels=label, required=True, default=SpeakerKind.PERSON)
    affiliation = TextField(_l("Affiliation"), max_length=1_000, hint=_l("What tells two people of one name apart."))
    aliases = AreaField(
        _l("Other names"), max_length=ALIASES_MAX * NAME_MAX, hint=_l("One on each line, as articles write them.")
    )
    basis = HiddenTextField(max_length=64)
    form_token = TokenField()

    def names(self) -> tuple[str, ...]:
        """The other names, one each."""
        return tuple(dict.fromkeys(filter(None, (line.strip() for line in self.aliases.data.split("\n")))))


class MergeForm(Form):
    """Which entry stands for a speaker."""

    into_id = ChoiceField(
        _l("Merge into"), required=True, hint=_l("Its name stands for both; this entry becomes another name of it.")
    )
    form_token = TokenField()


class TopicForm(Form):
    """A topic's labels. `basis` as for a speaker."""

    label_en = TextField(_l("English label"), required=True, max_length=LABEL_MAX)
    label_fr = TextField(_l("French label"), required=True, max_length=LABEL_MAX)
    basis = HiddenTextField(max_length=64)
    form_token = TokenField()
