"""The form of a line of the hedge table."""

from typing import Final

from tracker.accounts.forms import LANGUAGE_NAMES
from tracker.errors import N_
from tracker.newsroom.hedge_table import CERTAINTIES, WORDS_MAX
from tracker.suggest import IGNORED, LANGUAGES, HedgeRule
from tracker.web.forms import ChoiceField, Form, HiddenTextField, IntegerField, RadioField, TextField, TokenField
from tracker.web.forms import lazy_gettext as _l

CERTAINTY_LABELS: Final = {
    "hedged": N_("Hedged (“probably”, “may”)"),
    "flat": N_("Flat (“will”)"),
    "possible_only": N_("Only possible (“could”)"),
    "comparative": N_("Comparative (“likelier than”)"),
    "not_a_probability": N_("Not a probability"),
    IGNORED: N_("Not a hedge: leave the words out"),
}


class HedgeForm(Form):
    """A word or expression, and how it is read. `replaces` and `basis` name the line that is changed, as the page showed it."""

    words = TextField(_l("Word or expression"), required=True, max_length=WORDS_MAX, hint=_l("As articles have it, in one form."))
    language = RadioField(_l("Language"), choices=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES], required=True)
    certainty = ChoiceField(
        _l("How sure it sounds"), choices=[(key, _l(CERTAINTY_LABELS[key])) for key in CERTAINTIES], required=True
    )
    low = IntegerField(_l("Likelihood, from"), least=0, most=100, unit="%", hint=_l("For hedged and flat words. May stay empty."))
    high = IntegerField(_l("to"), least=0, most=100, unit="%")
    replaces = HiddenTextField(max_length=WORDS_MAX)
    basis = HiddenTextField(max_length=200)
    form_token = TokenField()

    @classmethod
    def of(cls, line: HedgeRule) -> "HedgeForm":
        """The form filled with a line."""
        values = {name: getattr(line, name) for name in ("words", "language", "certainty", "low", "high")}
        return cls(data=values)

    def to_line(self) -> HedgeRule:
        """The line as it was typed."""
        return HedgeRule(self.words.data, self.language.data, self.certainty.data, self.low.data, self.high.data)
