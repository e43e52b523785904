"""Builds an unsaved claim, and its private note, from the fields of a row. The rules of `claims.services.terms` apply."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import ArticleText
from tracker.articles.quote_matching import QuoteFinder
from tracker.articles.texts import is_at, paragraph_at
from tracker.claims.enums import WITH_BAND, Attribution, Certainty, QuoteKind, Status
from tracker.claims.labels import label
from tracker.claims.models import Claim
from tracker.claims.services import terms
from tracker.claims.services.common import TEXT_MAX
from tracker.errors import N_, Invalid
from tracker.imports.columns.incoming import IncomingRow
from tracker.imports.columns.mapping import ColumnMapping
from tracker.imports.storing.lookups import ArticleRef
from tracker.web import i18n

_CACHED_ARTICLES: Final = 8  # whose texts are kept in memory
_EMPTY: Final = {"quote": "", "hedge": "", "condition": "", "confirmed_if": "", "refuted_if": ""}

Values = dict[str, Any]


@dataclass(frozen=True)
class _Place:
    """Where a quote is: the text's number, code-point offsets, paragraph. `body` is the text that was looked up."""

    fields: Values
    body: str | None = None


class ClaimBuilder:
    """Builds claims by a mapping. `today` is the newsroom's day; `exact` is set for our own export."""

    def __init__(self, mapping: ColumnMapping, today: date, *, exact: bool) -> None:
        self._mapping = mapping
        self._today = today
        self._exact = exact
        self._texts: dict[int, dict[int, str]] = {}
        self.unplaced = 0

    def build(
        self, session: Session, incoming: IncomingRow, article: ArticleRef, *, speaker_id: int | None, owner_id: int | None
    ) -> Claim:
        """Return the claim as a draft that is in no session. Raises Invalid, naming the field."""
        values = _without_unfit_certainty(incoming)
        place = self._locate_quote(session, article, values)
        fields = {key: values[key] for key in terms.EDITABLE if key in values}
        fields |= self._defaults(values, article, speaker_id) | place.fields
        if speaker_id is not None:
            fields["speaker_id"] = speaker_id
        if "review_on" not in fields:
            fields["review_on"] = self._review_date(incoming, fields)
        claim = Claim(
            article_id=article.id,
            is_sample=article.is_sample,
            external_id=incoming.key,
            owner_id=owner_id,
            status=Status.DRAFT,
            due_cycle=0,
            **{**_EMPTY, **fields},
        )
        terms.check_fields(claim)
        terms.check_place(claim, place.body)
        if incoming.status is Status.OPEN and claim.review_on is None:
            raise Invalid(N_("Give a review date."), field="review_on")
        if incoming.status is Status.OPEN:
            terms.require_filled({field: getattr(claim, field) for field in terms.CRITERIA})
        self._set_criteria(claim, values)
        return claim

    def _defaults(self, values: Values, article: ArticleRef, speaker_id: int | None) -> Values:
        """Values of the fields that the row leaves open."""
        low = values.get("likelihood_low")
        # Only a flat or hedged claim may carry a likelihood; without one, nothing is assumed about how sure it sounded.
        banded = Certainty.FLAT if low == 100 else Certainty.HEDGED
        defaults = {
            "language": article.language,
            "made_on": article.day,
            "certainty": Certainty.NOT_RECORDED if low is None else banded,
            "attribution": Attribution.ARTICLE if speaker_id is None else Attribution.STATED,
        }
        if not values.get("quote"):
            defaults["quote_kind"] = values.get("quote_kind") if self._exact else None
        found = {key: value for key, value in defaults.items() if key == "quote_kind" or key not in values}
        if "deadline_on" not in values and not self._exact:
            found["deadline_source"] = None
        if speaker_id is None and values.get("attribution") in (Attribution.STATED, None):
            found["attribution"] = Attribution.ARTICLE
        return found

    def _review_date(self, incoming: IncomingRow, fields: Values) -> date | None:
        if self._mapping.review == "none" or (self._exact and incoming.status is Status.DRAFT):
            return None
        if self._mapping.review == "deadline" and fields.get("deadline_on") is not None:
            return cast(date, fields["deadline_on"]) + timedelta(days=1)
        return cast(date, fields["made_on"]) + timedelta(days=self._mapping.review_days)

    def _set_criteria(self, claim: Claim, values: Values) -> None:
        claim.criteria_set_on, claim.criteria_retrospective = None, False
        if not claim.confirmed_if and not claim.refuted_if:
            if self._exact:
                claim.criteria_retrospective = values.get("criteria_retrospective", False)
                claim.criteria_set_on = values.get("criteria_set_on")
            return
        # Only our own export records when criteria were set; from any other file they are set today.
        set_on = values.get("criteria_set_on", self._today) if self._exact else self._today
        claim.criteria_set_on = min(set_on, self._today)
        late = terms.is_retrospective(claim.criteria_set_on, claim.review_on)
        claim.criteria_retrospective = late or (self._exact and values.get("criteria_retrospective", False))

    def _locate_quote(self, session: Session, article: ArticleRef, values: Values) -> _Place:
        """The place that the file gives if the quote is there, else the only place where it is found, else none."""
        unplaced = _Place({"text_number": None, "quote_start": None, "quote_end": None, "paragraph": values.get("paragraph")})
        quote = values.get("quote", "")
        if not quote or not article.has_text or values.get("quote_kind") is QuoteKind.PARAPHRASE:
            return unplaced
        texts = self._load_texts(session, article.id)
        number, start, end = (values.get(key) for key in ("text_number", "quote_start", "quote_end"))
        if number not in texts or start is None or end is None or not is_at(texts[number], quote, start, end):
            number = max(texts)
            places = QuoteFinder(texts[number]).find_exact(quote, values.get("paragraph"))
            if len(places) != 1:
                self.unplaced += 1
                return unplaced
            start, end = places[0].start, places[0].end
        paragraph = paragraph_at(texts[number], start)
        fields = {"text_number": number, "quote_start": start, "quote_end": end, "paragraph": paragraph}
        return _Place(fields, texts[number])

    def _load_texts(self, session: Session, article_id: int) -> dict[int, str]:
        if article_id not in self._texts:
            while len(self._texts) >= _CACHED_ARTICLES:
                del self._texts[next(iter(self._texts))]
            rows = session.execute(select(ArticleText.number, ArticleText.body).where(ArticleText.article_id == article_id))
            self._texts[article_id] = {row.number: row.body for row in rows}
        return self._texts[article_id]


def _without_unfit_certainty(incoming: IncomingRow) -> Values:
    """The values without a default certainty that no claim with a likelihood can have."""
    values = incoming.values
    is_default = "certainty" in values and "certainty" not in incoming.given
    if is_default and values.get("likelihood_low") is not None and values["certainty"] not in WITH_BAND:
        return {key: value for key, value in values.items() if key != "certainty"}
    return values


def compose_note(incoming: IncomingRow, source: str, language: str) -> str:
    """The private note of what only editors here may decide (status, outcomes), in the newsroom's language; "" for none.

    `source` is the file's name.
    """
    with i18n.use_language(language):
        lines = [
            i18n.gettext("%(field)s: %(value)s", field=column or i18n.gettext("Note"), value=value)
            for column, value in incoming.notes
        ]
        status = incoming.values.get("status")
        if status is not None and status not in (Status.DRAFT, Status.OPEN, Status.DUE):
            lines.insert(0, i18n.gettext("Status in the file: %(status)s", status=label(status)))
        if not lines:
            return ""
        head = i18n.gettext("Imported from %(file)s, line %(line)s.", file=source, line=incoming.line)
        if incoming.notes:
            unsigned = i18n.gettext("A verdict in it was not signed here.")
            head = f"{head} {unsigned}"
        return "\n".join((head, *lines))[:TEXT_MAX]
