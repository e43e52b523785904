"""The forms of the moves that need no verdict, and of who looks after a claim."""

from tracker.claims.enums import RelationKind, VerdictKind, WithdrawReason
from tracker.claims.forms.common import LANGUAGE_HINT, TEXT_MAX, ClaimMove, ClaimWork, merged_ids
from tracker.claims.labels import label
from tracker.web.forms import (
    AreaField,
    CheckField,
    ChoiceField,
    ChoicesField,
    DayField,
    HiddenTextField,
    IntegerField,
    RadioField,
    WrittenLanguageField,
)
from tracker.web.forms import lazy_gettext as _l

_REOPENED_AS = (VerdictKind.UPDATE, VerdictKind.CORRECTION)


class TrackForm(ClaimMove):
    """A draft onto the desk."""


class PostponeForm(ClaimMove):
    """A later review date, with a reason; a check can be logged with it."""

    review_on = DayField(
        _l("New review date"),
        prefer="future",
        required=True,
        hint=_l("“26 mar 2027”, “26/3/2027”, or counted from today: “in 3 months”, “+3m”."),
    )
    reason = AreaField(_l("Why later"), required=True, max_length=TEXT_MAX, hint=_l("Stays in the history."))
    where_looked = AreaField(_l("Where you checked"), max_length=TEXT_MAX, hint=_l("Fill this in to log a check as well."))
    found = AreaField(_l("What you found"), max_length=TEXT_MAX, hint=_l("Or that you found nothing."))
    exhaustive = CheckField(_l("I checked every place where it would appear"))

    @property
    def has_check(self) -> bool:
        """Whether a check is to be logged, too."""
        return bool(self.where_looked.data or self.found.data or self.exhaustive.data)


class AssignForm(ClaimMove):
    """Who looks after the claim."""

    owner_id = ChoiceField(_l("Owner"), blank=_l("No owner"))


class TopicsForm(ClaimWork):
    """What the claim is about. `were` carries the topics that the page showed, so that two editors' changes add up."""

    topics = ChoicesField(_l("Topics"))
    were = HiddenTextField(max_length=4_000)

    def wanted(self, current: set[int]) -> tuple[int, ...]:
        """The topics to store: the present ones, plus those this editor ticked, minus those this editor unticked."""
        return merged_ids(current, self.were.data, self.topics.data)


class WithdrawForm(ClaimMove):
    """Off the desk."""

    reason = RadioField(_l("Why"), WithdrawReason, labels=label, required=True)
    other_id = IntegerField(
        _l("Number of the claim that it repeats"), least=1, hint=_l("Of a duplicate alone: it is noted with it.")
    )
    note = AreaField(_l("Note for the desk"), max_length=TEXT_MAX)


class WithdrawalForm(ClaimMove):
    """Asking a second editor to take out a claim whose verdict is public."""

    reason = RadioField(_l("Why"), WithdrawReason, labels=label, required=True)
    rationale = AreaField(
        _l("Text that replaces the verdict"),
        required=True,
        max_length=TEXT_MAX,
        hint=_l("Shown in place of the verdict."),
    )
    language = WrittenLanguageField(_l("Language of the text"), hint=LANGUAGE_HINT)
    requested_signer_id = ChoiceField(_l("Who should sign"), blank=_l("Any editor"))


class QuoteForm(ClaimMove):
    """A quote taken anew. `place` is text number, start and end, in code points."""

    place = HiddenTextField(max_length=64)


class RestoreForm(ClaimMove):
    """Back from withdrawal."""

    reason = AreaField(_l("Why it comes back"), required=True, max_length=TEXT_MAX)


class ReopenForm(ClaimMove):
    """A resolved claim comes back for a new verdict."""

    kind = RadioField(_l("What changed"), lambda: [(kind, label(kind)) for kind in _REOPENED_AS], required=True)
    reason = AreaField(_l("Why"), required=True, max_length=TEXT_MAX, hint=_l("Stays in the history."))


class SplitForm(ClaimMove):
    """One claim that becomes several."""

    statements = AreaField(
        _l("Statements, one on each line"), required=True, max_length=TEXT_MAX, hint=_l("Each must be checkable on its own.")
    )

    def lines(self) -> list[str]:
        """The statements, without empty lines and repetitions."""
        return list(dict.fromkeys(line.strip() for line in self.statements.data.splitlines() if line.strip()))


class RelationForm(ClaimWork):
    """A relation of this claim to another."""

    kind = ChoiceField(_l("This claim"), RelationKind, labels=label, required=True)
    other_id = IntegerField(_l("Number of the other claim"), least=1, required=True)
