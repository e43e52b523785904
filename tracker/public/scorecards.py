"""Reads of the scorecards for readers, and their names, which are taken from public claims."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import N_, Gone, NotFound
from tracker.public.models import PublicClaim, PublicTopic
from tracker.public.score_models import CardKind, PublicScore, PublicScorePerson, PublicScoreState
from tracker.scores.cards import Band, Card, CountTotals, EventRow
from tracker.scores.rates import BandFit, Rate, SampleSize
from tracker.sql import AnySelect, among

LISTED: Final = 50  # topics, organisations and people on the page of the newsroom; the file has all
BATCH: Final = 500
GROUPS: Final = {"topics": CardKind.TOPIC, "organisations": CardKind.ORGANISATION, "people": CardKind.PERSON}
_FOLDERS: Final = {kind: name for name, kind in GROUPS.items()}


@dataclass(frozen=True)
class CardView:
    """A card with its name in both languages; "" for the newsroom and its own voice. `path`: the last part of its address."""

    kind: CardKind
    number: int
    names: dict[str, str]
    path: str
    card: Card
    body: dict[str, Any]

    def name(self, language: str) -> str:
        """Return its name in a language."""
        return self.names.get(language, "")


def load_card(session: Session, kind: CardKind, number: int = 0) -> CardView:
    """Return a card. Raises NotFound where nothing public belongs to it, or where it is not counted yet.

    Of a person, Gone where it is shown no longer.
    """
    row = session.get(PublicScore, (kind.value, number))
    if kind is CardKind.PERSON:
        _require_shown(session, number)
    if row is None or not row.body:
        raise NotFound()
    names = _load_names(session, kind, [number])
    if number and number not in names:
        raise NotFound()
    return _view(row, names)


def has_card(session: Session, kind: CardKind, number: int = 0) -> bool:
    """Whether readers find a card."""
    try:
        load_card(session, kind, number)
    except (Gone, NotFound):
        return False
    return True


def _require_shown(session: Session, speaker_id: int) -> None:
    is_shown = session.scalar(select(PublicScorePerson.is_shown).where(PublicScorePerson.speaker_id == speaker_id))
    if is_shown is None:
        raise NotFound()
    if not is_shown:
        raise Gone(N_("This scorecard is no longer shown."))


def list_cards(session: Session, kind: CardKind) -> tuple[list[CardView], bool]:
    """Return the cards with the most predictions, and whether there are more than LISTED."""
    rows = session.scalars(_largest(kind).limit(LISTED + 1)).all()
    names = _load_names(session, kind, [row.number for row in rows[:LISTED]])
    return [_view(row, names) for row in rows[:LISTED] if row.number in names], len(rows) > LISTED


def iterate_cards(session: Session) -> Iterator[CardView]:
    """Yield every card: the newsroom, its own voice, then topics, organisations and people in the order of their numbers."""
    for kind in CardKind:
        after = -1
        while rows := _next(session, kind, after):
            names = _load_names(session, kind, [row.number for row in rows])
            yield from (_view(row, names) for row in rows if not row.number or row.number in names)
            after = rows[-1].number


def list_paths(session: Session) -> list[str]:
    """Return the addresses of all cards, without the language."""
    return [address(view) for view in iterate_cards(session)]


def address(view: CardView) -> str:
    """Return the address of a card, without the language."""
    if view.kind is CardKind.NEWSROOM:
        return "/scorecards"
    if view.kind is CardKind.OWN_VOICE:
        return "/scorecards/own-voice"
    return f"/scorecards/{_FOLDERS[view.kind]}/{view.path}"


def _select(kind: CardKind) -> Any:
    """The cards of a kind that readers may see."""
    query = select(PublicScore).where(PublicScore.kind == kind.value)
    shown = select(PublicScorePerson.speaker_id).where(PublicScorePerson.is_shown)
    return query.where(PublicScore.number.in_(shown)) if kind is CardKind.PERSON else query


def _largest(kind: CardKind) -> Any:
    order = (PublicScore.tracked.desc(), PublicScore.number.desc())
    query = _select(kind).where(PublicScore.body != "").order_by(*order)
    # A person was chosen, whatever there is to count; of the others, those that rates count.
    return query if kind is CardKind.PERSON else query.where(PublicScore.tracked > 0)


def _next(session: Session, kind: CardKind, after: int) -> Sequence[PublicScore]:
    query = _select(kind).where(PublicScore.body != "", PublicScore.number > after)
    return session.scalars(query.order_by(PublicScore.number).limit(BATCH)).all()


def _load_names(session: Session, kind: CardKind, numbers: Sequence[int]) -> dict[int, tuple[str, dict[str, str]]]:
    """Return the path and the names of topics or speakers, from the newest public claim of each."""
    if kind not in _FOLDERS or not numbers:
        return {}
    found_claims = session.execute(newest_claims(kind).where(among(session, PublicScore.number, numbers)))
    claims = {number: claim_id for number, claim_id in found_claims if claim_id is not None}
    texts = select(PublicClaim.claim_id, PublicClaim.body).where(among(session, PublicClaim.claim_id, claims.values()))
    bodies = {claim_id: json.loads(body) for claim_id, body in session.execute(texts)}
    found = {}
    for number, claim_id in claims.items():
        # It may have been withheld, or got other topics, since its number was read.
        body = bodies.get(claim_id) or {"topics": [], "speaker": None}
        if kind is CardKind.TOPIC:
            topic = next((each for each in body["topics"] if each["id"] == number), None)
            if topic is not None:
                found[number] = (f"{number}-{topic['key']}", {"en": topic["en"], "fr": topic["fr"]})
        elif body["speaker"] is not None and body["speaker"]["kind"] == kind.value:
            name = body["speaker"]["name"]
            found[number] = (str(number), {"en": name, "fr": name})
    return found


def newest_claims(kind: CardKind) -> AnySelect:
    """The newest public claim of each topic or speaker that has a card: one look into an index each.

    Claims that were taken offline have neither topics nor a speaker.
    """
    column: Any = PublicTopic.claim_id if kind is CardKind.TOPIC else PublicClaim.claim_id
    owner: Any = PublicTopic.topic_id if kind is CardKind.TOPIC else PublicClaim.speaker_id
    newest = select(func.max(column)).where(owner == PublicScore.number).correlate(PublicScore).scalar_subquery()
    return select(PublicScore.number, newest).where(PublicScore.kind == kind.value)


def is_waiting(session: Session, version: int) -> bool:
    """Whether something is public that is not counted yet, at this version of the public side."""
    counted = session.scalar(select(PublicScoreState.version))
    return counted != version and session.scalar(select(PublicClaim.claim_id).limit(1)) is not None


def _view(row: PublicScore, names: dict[int, tuple[str, dict[str, str]]]) -> CardView:
    path, name = names.get(row.number, ("", {}))
    body = json.loads(row.body)
    return CardView(CardKind(row.kind), row.number, name, path, read_card(body, row.as_of), {**body, "as_of": str(row.as_of)})


def read_card(body: dict[str, Any], as_of: date) -> Card:
    """Return the card that was stored as JSON."""
    return Card(
        as_of=as_of,
        counts=CountTotals(**body["counts"]),
        in_full=_rate(body["in_full"]),
        at_least_partly=_rate(body["at_least_partly"]),
        limits=tuple(body["limits"]) if body["limits"] else None,
        judged_share=body["judged_share"],
        overdue_share=body["overdue_share"],
        bands=[_band(each) for each in body["bands"]],
        events=[EventRow(each["certainty"], CountTotals(**each["counts"])) for each in body["events"]],
        brier=tuple(body["brier"]) if body["brier"] else None,
        brier_reference=body["brier_reference"],
    )


def _rate(body: dict[str, Any] | None) -> Rate | None:
    return Rate(**{**body, "size": SampleSize(body["size"])}) if body is not None else None


def _band(body: dict[str, Any]) -> Band:
    rate = _rate(body["rate"])
    assert rate is not None  # a band without a judged claim is not stored
    return Band(body["low"], body["high"], rate, BandFit(body["fit"]))
