"""The forms of a verdict: proposing it, and what a second editor does with it."""

from typing import Any

from tracker.claims.enums import UNRESOLVABLE_REASONS, VOID_REASONS, Outcome, OutcomeReason
from tracker.claims.forms.common import LANGUAGE_HINT, TEXT_MAX, ClaimMove, ClaimWork
from tracker.claims.labels import label
from tracker.claims.verdict_rules import Proposed, unfilled
from tracker.web.forms import AreaField, CheckField, ChoiceField, DayField, RadioField, TextField, WrittenLanguageField
from tracker.web.forms import lazy_gettext as _l
from tracker.web.i18n import gettext


def _reasons() -> list[tuple[OutcomeReason, str]]:
    """The reasons, each with the verdict that it belongs to, as a plain list cannot be grouped."""
    groups = ((Outcome.UNRESOLVABLE, UNRESOLVABLE_REASONS), (Outcome.VOID, VOID_REASONS))
    return [
        (reason, gettext("%(verdict)s: %(reason)s", verdict=label(outcome), reason=label(reason)))
        for outcome, reasons in groups
        for reason in reasons
    ]


class VerdictForm(ClaimMove):
    """A verdict as an editor wants it. Which fields it needs depends on the outcome; the rules say so, field by field."""

    outcome = RadioField(_l("Verdict"), Outcome, labels=label, required=True)
    rationale = AreaField(
        _l("Reason, in a sentence or two"),
        required=True,
        max_length=TEXT_MAX,
        hint=_l(
            "Included in exports and, if the article is published, shown to readers. Say what happened, when, and how you know."
        ),
    )
    language = WrittenLanguageField(_l("Language of the text"), hint=LANGUAGE_HINT)
    known_on = DayField(
        _l("Outcome known on"),
        prefer="past",
        required=True,
        hint=_l("The day it became knowable, not today. Type “26 mar 2024” or “26/3/2024”."),
    )
    occurred_from = DayField(_l("Happened on, or from"), prefer="past")
    occurred_to = DayField(_l("until"), prefer="past")
    missing = AreaField(_l("Which part did not happen"), max_length=TEXT_MAX)
    reason = ChoiceField(_l("Why there is no answer"), _reasons, blank="–")
    impossible = CheckField(_l("Before the deadline: it has become impossible"))
    requested_signer_id = ChoiceField(_l("Who should sign"), blank=_l("Any editor"))

    def validate(self, extra_validators: Any = None) -> bool:
        """As every form does; and what the chosen outcome asks for is missed at once, together with all the rest."""
        valid = super().validate(extra_validators)
        if self.outcome.data not in set(Outcome):
            return False
        for name, text in unfilled(self.proposed()):
            if not self[name].errors:
                self[name].errors = [gettext(text)]
                valid = False
        return valid

    def proposed(self) -> Proposed:
        """What the rules judge. Call it after `validate`."""
        return Proposed(
            outcome=self.outcome.data,
            rationale=self.rationale.data,
            known_on=self.known_on.data,
            reason=self.reason.data,
            missing=self.missing.data,
            language=self.language.data,
            occurred_from=self.occurred_from.data,
            occurred_to=self.occurred_to.data,
            impossible=self.impossible.data,
        )


class SignoffForm(ClaimMove):
    """A decision on a proposal by the second editor or the proposer; the button names it."""

    SIGN, RETURN, RECALL = "sign", "return", "recall"

    note = AreaField(_l("Note"), max_length=TEXT_MAX)
    hold_day = DayField(_l("Embargo until"), prefer="future", hint=_l("Readers see the verdict only then."))
    hold_time = TextField(_l("Time"), max_length=5, hint=_l("Such as 06:00, by the newsroom’s clock."))
    action = RadioField(_l("What to do"), [(each, each) for each in (SIGN, RETURN, RECALL)], required=True)


class PostscriptForm(ClaimWork):
    """A dated line under a signed verdict."""

    body = AreaField(
        _l("Postscript"),
        required=True,
        max_length=TEXT_MAX,
        hint=_l("It is kept with today’s date. The verdict does not change."),
    )
    language = WrittenLanguageField(_l("Language of the text"), hint=LANGUAGE_HINT)
