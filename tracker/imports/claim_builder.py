"""A claim from what a row says, checked by the rules that hold for every claim; nothing is stored here."""

from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleText
from tracker.articles.quote_matching import QuoteFinder
from tracker.articles.texts import is_at, paragraph_at
from tracker.claims.models import Claim
from tracker.claims.services import terms
from tracker.claims.words import WITH_BAND, Attribution, Certainty, QuoteKind, Status
from tracker.errors import N_, Invalid
from tracker.imports.lookups import ArticleRef
from tracker.imports.mapping import ColumnMapping
from tracker.imports.rows import IncomingRow

_KEPT_TEXTS = 8


class _Vouched:
    """Stands in for a session where the rules ask for what was looked up already: the speaker, and the article's text."""

    body: str | None = None

    def get(self, *_what: Any) -> object:
        return self

    def scalar(self, *_what: Any) -> str | None:
        return self.body


class ClaimBuilder:
    """Makes claims by a plan. `today` is the newsroom's day; `exact` as in `Reader`."""

    def __init__(self, plan: ColumnMapping, today: date, *, exact: bool) -> None:
        self._plan = plan
        self._today = today
        self._exact = exact
        self._vouched = _Vouched()
        self._texts: dict[int, dict[int, str]] = {}
        self.unplaced = 0

    def make(
        self, session: Session, incoming: IncomingRow, article: ArticleRef, *, speaker_id: int | None, owner_id: int | None
    ) -> Claim:
        """The claim, as a draft that is in no session. Raises Invalid, naming the field."""
        said = incoming.values
        fields = {key: said[key] for key in terms.EDITABLE if key in said}
        if (
            "certainty" not in incoming.given
            and said.get("likelihood_low") is not None
            and said.get("certainty") not in WITH_BAND
        ):
            # A certainty for all rows that no claim with a likelihood can have.
            said = {key: value for key, value in said.items() if key != "certainty"}
            fields.pop("certainty", None)
        fields.update(self._assumed(said, article, speaker_id))
        if speaker_id is not None:
            fields["speaker_id"] = speaker_id
        self._vouched.body = None
        fields.update(self._place(session, article, said))
        if "review_on" not in fields:
            fields["review_on"] = self._review_day(incoming, fields)
        claim = Claim(
            article_id=article.id,
            is_sample=article.is_sample,
            external_id=incoming.key,
            owner_id=owner_id,
            status=Status.DRAFT,
            due_cycle=0,
            **{"quote": "", "hedge": "", "condition": "", "confirmed_if": "", "refuted_if": "", **fields},
        )
        terms.check(cast(Session, self._vouched), claim, cast(Article, article))
        if incoming.status is Status.OPEN and claim.review_on is None:
            raise Invalid(N_("Give a review date."), field="review_on")
        self._criteria(claim, said)
        return claim

    def _assumed(self, said: dict[str, Any], article: ArticleRef, speaker_id: int | None) -> dict[str, Any]:
        """What follows where the row does not say it."""
        low = said.get("likelihood_low")
        # Only a flat or hedged claim may carry a likelihood; without one, nothing is assumed about how sure it sounded.
        banded = Certainty.FLAT if low == 100 else Certainty.HEDGED
        assumed = {
            "language": article.language,
            "made_on": article.day,
            "certainty": Certainty.NOT_RECORDED if low is None else banded,
            "attribution": Attribution.ARTICLE if speaker_id is None else Attribution.STATED,
        }
        if not said.get("quote"):
            assumed["quote_kind"] = said.get("quote_kind") if self._exact else None
        found = {key: value for key, value in assumed.items() if key == "quote_kind" or key not in said}
        if "deadline_on" not in said and not self._exact:
            found["deadline_source"] = None
        if speaker_id is None and said.get("attribution") in (Attribution.STATED, None):
            found["attribution"] = Attribution.ARTICLE
        return found

    def _review_day(self, incoming: IncomingRow, fields: dict[str, Any]) -> date | None:
        if self._plan.review == "none" or (self._exact and incoming.status is Status.DRAFT):
            return None
        if self._plan.review == "deadline" and fields.get("deadline_on") is not None:
            return cast(date, fields["deadline_on"]) + timedelta(days=1)
        return cast(date, fields["made_on"]) + timedelta(days=self._plan.review_days)

    def _criteria(self, claim: Claim, said: dict[str, Any]) -> None:
        claim.criteria_set_on, claim.criteria_retrospective = None, False
        if not claim.confirmed_if and not claim.refuted_if:
            if self._exact:
                claim.criteria_retrospective = said.get("criteria_retrospective", False)
                claim.criteria_set_on = said.get("criteria_set_on")
            return
        # Only our own export knows since when criteria have stood; whatever else a file says, here they are set today.
        set_on = said.get("criteria_set_on", self._today) if self._exact else self._today
        claim.criteria_set_on = min(set_on, self._today)
        late = terms.is_retrospective(claim.criteria_set_on, claim.review_on)
        claim.criteria_retrospective = late or (self._exact and said.get("criteria_retrospective", False))

    def _place(self, session: Session, article: ArticleRef, said: dict[str, Any]) -> dict[str, Any]:
        """Where the quote stands: as the file says if that is so, else where its words are found once, else no exact place."""
        nowhere = {"text_number": None, "quote_start": None, "quote_end": None, "paragraph": said.get("paragraph")}
        quote = said.get("quote", "")
        if not quote or not article.has_text or said.get("quote_kind") is QuoteKind.PARAPHRASE:
            return nowhere
        texts = self._texts_of(session, article.id)
        number, start, end = (said.get(key) for key in ("text_number", "quote_start", "quote_end"))
        if number in texts and start is not None and end is not None and is_at(texts[number], quote, start, end):
            found = (number, start, end)
        else:
            latest = max(texts)
            places = QuoteFinder(texts[latest]).find_exact(quote, said.get("paragraph"))
            if len(places) != 1:
                self.unplaced += 1
                return nowhere
            found = (latest, places[0].start, places[0].end)
        self._vouched.body = texts[found[0]]
        return {
            "text_number": found[0],
            "quote_start": found[1],
            "quote_end": found[2],
            "paragraph": paragraph_at(texts[found[0]], found[1]),
        }

    def _texts_of(self, session: Session, article_id: int) -> dict[int, str]:
        if article_id not in self._texts:
            while len(self._texts) >= _KEPT_TEXTS:
                del self._texts[next(iter(self._texts))]
            rows = session.execute(select(ArticleText.number, ArticleText.body).where(ArticleText.article_id == article_id))
            self._texts[article_id] = {row.number: row.body for row in rows}
        return self._texts[article_id]
