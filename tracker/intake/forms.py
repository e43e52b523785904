"""The forms of a source (an address or a file), of a passage to sort, and of handing the sorting over."""

from typing import Final

import wtforms

from tracker.claims.enums import Attribution, Certainty, DeadlineSource, RelationKind, SpeakerKind
from tracker.claims.labels import label
from tracker.claims.services.common import STATEMENT_MAX
from tracker.web import i18n
from tracker.web.forms import (
    AreaField,
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    HiddenTextField,
    IntegerField,
    RadioField,
    TextField,
    TokenField,
    UrlField,
    VersionField,
)
from tracker.web.forms import lazy_gettext as _l
from tracker.web.forms.fields import FileField

TEXT_MAX: Final = 10_000
LINE_MAX: Final = 1_000
LABEL_MAX: Final = 500  # of a speaker: name and affiliation


class SourceForm(Form):
    """Where the text of an article is read from: an address or a file, not both."""

    address = UrlField(_l("Link to the article"), hint=_l("A public page. Pages behind a sign-in or a paywall cannot be read."))
    file = FileField(_l("File"), hint=_l("PDF with text, DOCX, HTML or TXT; up to 10 MB."))
    form_token = TokenField()

    def validate_file(self, field: FileField) -> None:
        """One of both is needed, and one is enough."""
        if (field.data is None) == (not self.address.data) and not self.address.errors:
            raise wtforms.ValidationError(i18n.gettext("Give a link or a file."))


class CandidateForm(Form):
    """The fields of a passage; `passage_start` and `passage_end` carry the place of one that is not stored yet.

    `filled_for`: the deadline (ISO) that the page filled in, so that days that were not typed can follow a corrected date.
    """

    statement = AreaField(_l("Statement"), required=True, max_length=STATEMENT_MAX)
    speaker = TextField(_l("Speaker"), max_length=LABEL_MAX, hint=_l("Empty: the article’s own voice."))
    speaker_kind = RadioField(_l("A new speaker is"), SpeakerKind, labels=label)
    attribution = ChoiceField(_l("Does the article name the speaker?"), Attribution, labels=label, required=True)
    hedge = TextField(_l("Words of doubt"), max_length=LINE_MAX, verbatim=True)
    certainty = ChoiceField(_l("How sure it sounded"), Certainty, labels=label, required=True)
    likelihood_low = IntegerField(_l("Stated likelihood, from"), least=0, most=100, unit="%")
    likelihood_high = IntegerField(_l("to"), least=0, most=100, unit="%")
    deadline_on = DayField(_l("Deadline"), prefer="future")
    deadline_source = ChoiceField(_l("Who set the deadline"), DeadlineSource, labels=label, blank="–")
    review_on = DayField(_l("Review date"), prefer="future", required=True)
    confirmed_if = AreaField(_l("Confirmed if"), max_length=TEXT_MAX)
    refuted_if = AreaField(_l("Refuted if"), max_length=TEXT_MAX)
    topics = ChoicesField(_l("Topics"))
    relation = RadioField(_l("The new claim is"), RelationKind, labels=label, blank=_l("separate"))
    related_to = HiddenTextField(max_length=20)
    passage_start = IntegerField(least=0)
    passage_end = IntegerField(least=0)
    filled_for = HiddenTextField(max_length=10)
    version = VersionField()
    form_token = TokenField()


class HandOverForm(Form):
    """Who is to sort a reading."""

    sorter_id = ChoiceField(_l("Sorted by"), blank=_l("Everyone"))
    form_token = TokenField()
