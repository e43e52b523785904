"""Fields that two editors changed at once, as rows to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tracker.claims.enums import Attribution, Certainty, ConditionStatus, DeadlineSource, QuoteKind
from tracker.claims.forms.claim import ClaimForm
from tracker.claims.labels import label
from tracker.claims.services.three_way_merge import Clash
from tracker.errors import N_
from tracker.web import formatting, i18n
from tracker.web.i18n import gettext
from tracker.web.language_names import language_name

# The place of a quote goes with its words: an offset alone is no choice for an editor.
PLACE: Final = ("text_number", "paragraph", "quote_start", "quote_end")
_PLACE_LABEL: Final = N_("Place of the quote")
_WORDS: Final = {
    "quote_kind": QuoteKind,
    "attribution": Attribution,
    "certainty": Certainty,
    "condition_status": ConditionStatus,
    "deadline_source": DeadlineSource,
}


@dataclass(frozen=True)
class Row:
    """One field with both values, written out; `chosen` is the side ticked before, if any."""

    field: str
    label: str
    mine: str
    theirs: str
    chosen: str


def rows(clash: Clash, form: ClaimForm, chosen: Mapping[str, str]) -> list[Row]:
    """What to choose between, one row a field."""
    found = []
    fields = {difference.field for difference in clash.differences}
    for difference in clash.differences:
        field = difference.field
        if field in PLACE and ("quote" in fields or field != _first_place(fields)):
            continue
        found.append(
            Row(
                field,
                field_label(form, field),
                _written(form, field, difference.mine),
                _written(form, field, difference.theirs),
                chosen.get(field, ""),
            )
        )
    return found


def with_places(chosen: Mapping[str, str]) -> dict[str, str]:
    """The choices, with the place of the quote where its words (or its first part) went."""
    side = chosen.get("quote") or next((chosen[field] for field in PLACE if field in chosen), None)
    return {**dict(chosen), **(dict.fromkeys(PLACE, side) if side else {})}


def field_label(form: ClaimForm, field: str) -> str:
    """What the form calls a field."""
    return str(form[field].label.text) if field in form and field not in PLACE else gettext(_PLACE_LABEL)


def _first_place(fields: set[str]) -> str:
    return next(field for field in PLACE if field in fields)


def _written(form: ClaimForm, field: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if field in _WORDS:
        return label(_WORDS[field](value))
    if field in ("language", "quote_language"):
        return language_name(value)
    if field == "speaker_id":
        return str(dict(form.speaker_id.pairs).get(value, value))
    if isinstance(value, date):
        return formatting.day_long(value, i18n.language())
    return str(value)
