"""The form of a claim's own fields: for a new one, and for changing one."""

import re
from collections.abc import Mapping
from typing import Any, Final

from tracker.claims.enums import Attribution, Certainty, ConditionStatus, DeadlineSource, QuoteKind, SpeakerKind
from tracker.claims.forms.common import LINE_MAX, TEXT_MAX, ClaimMove, merged_ids
from tracker.claims.labels import label
from tracker.claims.models import Claim
from tracker.claims.services.common import STATEMENT_MAX
from tracker.web.forms import (
    AreaField,
    ChoiceField,
    ChoicesField,
    DayField,
    HiddenTextField,
    IntegerField,
    LanguageField,
    RadioField,
    TextField,
)
from tracker.web.forms import lazy_gettext as _l
from tracker.web.forms.languages import written_languages
from tracker.web.forms.text import clean
from tracker.web.language_names import language_name

# Of the columns that a service may set, those that stand in the form under their own name. The exact place of the quote follows
# from its words.
PLAIN: Final = (
    "statement", "language", "quote", "quote_kind", "quote_language", "speaker_id", "attribution", "hedge", "certainty",
    "likelihood_low", "likelihood_high", "condition", "condition_status", "confirmed_if", "refuted_if", "made_on", "deadline_on",
    "deadline_source", "review_on",
)  # fmt: skip
TRANSLATED: Final = ("statement", "confirmed_if", "refuted_if", "condition")


class WordsForm(ClaimMove):
    """The translation of a claim. `basis` is a digest of what the page showed, to detect a change made in the meantime."""

    other_statement = AreaField(_l("Claim"), max_length=STATEMENT_MAX)
    other_confirmed_if = AreaField(_l("Confirmed if"), max_length=TEXT_MAX)
    other_refuted_if = AreaField(_l("Refuted if"), max_length=TEXT_MAX)
    other_condition = AreaField(_l("Condition"), max_length=TEXT_MAX)
    basis = HiddenTextField(max_length=64)

    def translated(self) -> dict[str, str]:
        """The words by the names the service has for them."""
        return {name: self[f"other_{name}"].data for name in TRANSLATED}


class ClaimForm(WordsForm):
    """All fields of a claim before its verdict. `place` carries the exact place of the quoted words."""

    statement = AreaField(
        _l("Statement"),
        required=True,
        max_length=STATEMENT_MAX,
        hint=_l("One checkable sentence in your own words."),
    )
    language = ChoiceField(
        _l("Language of the statement"),
        written_languages,
        labels=language_name,
        required=True,
        hint=_l("If you choose the language of the translation, the two change places."),
    )

    quote = AreaField(_l("Quote"), max_length=TEXT_MAX, hint=_l("Exactly as the article has them."))
    quote_kind = RadioField(_l("Kind of quote"), QuoteKind, labels=label, default=QuoteKind.VERBATIM)
    quote_language = LanguageField(_l("Language of the quote"))
    paragraph = IntegerField(_l("Paragraph"), least=1, most=100_000, hint=_l("Only needed if the quote occurs more than once."))
    place = HiddenTextField(max_length=64)

    speaker_id = ChoiceField(_l("Speaker"), blank=_l("None: the article’s own voice"))
    attribution = RadioField(
        _l("Does the article name the speaker?"),
        Attribution,
        labels=label,
        default=Attribution.ARTICLE,
        hint=_l("An implied speaker is never published, and the claim is not counted in scorecards."),
    )
    speaker_name = TextField(_l("Name"), max_length=200)
    speaker_kind = RadioField(_l("Kind"), SpeakerKind, labels=label, default=SpeakerKind.PERSON)
    speaker_affiliation = TextField(_l("Role or organisation"), max_length=LINE_MAX)
    topics = ChoicesField(_l("Topics"))
    topics_were = HiddenTextField(max_length=4_000)

    hedge = TextField(
        _l("Words of doubt"),
        max_length=LINE_MAX,
        verbatim=True,
        hint=_l("“probably”, “could”, « devrait »: as in the source."),
    )
    certainty = ChoiceField(_l("How sure it sounded"), Certainty, labels=label)
    likelihood_low = IntegerField(_l("Stated likelihood, from"), least=0, most=100, unit="%")
    likelihood_high = IntegerField(_l("to"), least=0, most=100, unit="%")

    condition = AreaField(_l("Condition"), max_length=TEXT_MAX, hint=_l("The “if …” it depends on."))
    condition_status = ChoiceField(_l("The condition is"), ConditionStatus, labels=label, blank="–")

    made_on = DayField(_l("Made on"), prefer="past", required=True)
    deadline_on = DayField(_l("Deadline"), prefer="future")
    deadline_source = ChoiceField(
        _l("Who set the deadline"), DeadlineSource, labels=label, blank="–", hint=_l("Required with a deadline.")
    )
    review_on = DayField(
        _l("Review date"),
        prefer="future",
        hint=_l("Empty: the day after the deadline. Required to track a claim without a deadline."),
    )

    confirmed_if = AreaField(
        _l("Confirmed if"),
        max_length=TEXT_MAX,
        hint=_l("What must be observed, where, and until which day. Needed before a verdict can be proposed."),
    )
    refuted_if = AreaField(_l("Refuted if"), max_length=TEXT_MAX)

    owner_id = ChoiceField(_l("Owner"), blank=_l("No owner"))

    @classmethod
    def of(cls, claim: Claim, sent: object = None, **more: object) -> "ClaimForm":
        """The form of a stored claim: filled with its values, or with what was `sent`."""
        place = quote_place(claim.text_number, claim.quote_start, claim.quote_end)
        values = {name: getattr(claim, name) for name in PLAIN} | {"paragraph": claim.paragraph, "place": place}
        return cls(sent, data={**values, **more})

    def plain(self, claim: Claim | None = None) -> dict[str, Any]:
        """The fields by their names. What was not touched is given back as the claim has it, though a page may write it otherwise
        (line ends, a space at the end)."""
        values = {name: self[name].data for name in PLAIN}
        if not values["quote"]:
            values |= {"quote_kind": None, "quote_language": None}
        if claim is not None:
            for name, value in values.items():
                kept = getattr(claim, name)
                if isinstance(kept, str) and isinstance(value, str) and as_sent(kept) == value:
                    values[name] = kept
        return values

    def wanted_topics(self, current: set[int]) -> tuple[int, ...]:
        """The topics to store: the present ones, plus those this editor ticked, minus those this editor unticked."""
        return merged_ids(current, self.topics_were.data, self.topics.data)

    def carried_place(self) -> tuple[int, int, int] | None:
        """The place that the page carried: text number, start, end."""
        found = re.fullmatch(r"(\d{1,9}):(\d{1,9}):(\d{1,9})", self.place.data)
        return (int(found[1]), int(found[2]), int(found[3])) if found else None


def quote_place(number: int | None, start: int | None, end: int | None) -> str:
    """An exact place as the form carries it; "" for none."""
    return "" if number is None or start is None or end is None else f"{number}:{start}:{end}"


def as_sent(text: str) -> str:
    """A text as an untouched form sends it back."""
    try:
        return clean(text, lines=True)
    except ValueError:
        return text


def choices_of(sent: Mapping[str, str]) -> dict[str, str]:
    """Which side the editor chose for each field that two had changed: "mine" or "theirs", sent as `keep-FIELD`."""
    chosen = {name.removeprefix("keep-"): side for name, side in sent.items() if name.startswith("keep-")}
    return {name: side for name, side in chosen.items() if side in ("mine", "theirs")}
