"""The claim that comes next in the list that an editor works through, for "save and next".

A link to a claim names its list: `?list=owner=me&topic=3` (escaped) is the queue with these filters, `?list=article` the claims
of the claim's article, `?list=topic:3` and `?list=speaker:3` those of a topic's and a speaker's page, `?list=claims:q=tram` the
list of all claims with these filters. Without it, the list is the queue without filters. The addresses of a claim's own pages
and forms carry it on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

import structlog
from flask import has_request_context, request, url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.claims.enums import Status
from tracker.claims.models import Claim, ClaimTopic
from tracker.claims.queries import article_claims, claim_list, queue, speakers
from tracker.claims.queries.queue_groups import View, may_sign
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.filter_choice import read_desk
from tracker.claims.routes.queue import KEYS, LIST, read_asked
from tracker.pagination import read_id
from tracker.web.page_context import ctx

ARTICLE: Final = "article"
TOPIC: Final = "topic"
SPEAKER: Final = "speaker"
CLAIMS: Final = "claims"
MOST: Final = 5_000  # characters of a list that are read: the longest search of the list of claims, escaped, and a status
_JUDGING: Final = (View.OVERDUE, View.DUE)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ListPlace:
    """Where a claim is in its lists before it is worked on."""

    claim_id: int
    article_id: int
    paragraph: int | None
    status: Status
    review_on: date | None

    @classmethod
    def of(cls, claim: Claim) -> "ListPlace":
        """The place that a claim has now."""
        return cls(claim.id, claim.article_id, claim.paragraph, claim.status, claim.review_on)


def next_claim_url(session: Session, place: ListPlace) -> str:
    """The page of the claim that comes after a place in the list of this request, then of the first; else the list itself.

    Whatever fails in looking for it, the work that was just done stays: its own claim is then opened.
    """
    session.flush()  # what fails of the work itself is not looked over
    try:
        with session.begin_nested():
            return _find_next_url(session, place, request.args.get(LIST, "")[:MOST])
    except Exception:
        _log.exception("the next claim of a list could not be found")
        return url_for("claims.show", claim_id=place.claim_id)


def _find_next_url(session: Session, place: ListPlace, given: str) -> str:
    name, _colon, rest = given.partition(":")
    number = read_id(rest)
    if given == ARTICLE:
        following = _find_in_article(session, place)
        whole = url_for("articles.show", article_id=place.article_id)
    elif name == TOPIC and number is not None:
        of_topic = select(ClaimTopic.claim_id).where(ClaimTopic.topic_id == number)
        following = _find_in_list(session, place, {}, Claim.id.in_(of_topic))
        whole = url_for("topics.show", topic_id=number)
    elif name == SPEAKER and number is not None:
        following = _find_in_list(session, place, {}, Claim.speaker_id.in_(speakers.list_same_speakers(session, number)))
        whole = url_for("speakers.show", speaker_id=number)
    elif name == CLAIMS:
        kept = {key: value for key, value in parse_qsl(rest) if key in ("q", "status", "desk")}
        samples = () if ctx.newsroom.show_sample else (Claim.is_sample.is_(False),)
        following = _find_in_list(session, place, kept, *samples)
        whole = url_for("claims.index", **kept)  # type: ignore[arg-type]
    else:
        kept = {key: value for key, value in parse_qsl(given) if key in KEYS}
        following = _find_in_queue(session, place, kept)
        whole = url_for("queue.index", **kept)  # type: ignore[arg-type]
    if following is None:
        return whole
    more = {LIST: given} if given else {}
    return url_for("claims.show", claim_id=following, _anchor="verdict", **more)  # type: ignore[arg-type]


def _find_in_queue(session: Session, place: ListPlace, args: Mapping[str, str]) -> int | None:
    asked = read_asked(args)
    own = queue.group_of(place.status, place.review_on, asked.today)
    for view in _order_groups(own, place.status):
        after = place.review_on if view is own else None
        following = queue.find_next(session, asked, view, place.claim_id, after)
        if following is not None:
            return following
    return None


def _order_groups(own: View | None, status: Status) -> Iterable[View]:
    """The groups in which a next claim is looked for: the claim's own, then those that are to be judged."""
    if status is Status.PROPOSED:
        return (View.SIGNOFF,)
    return dict.fromkeys((*([own] if own is not None else []), *_JUDGING))


def _find_in_list(session: Session, place: ListPlace, asked: Mapping[str, str], *conditions: ColumnElement[bool]) -> int | None:
    """The next of a list in which the newest claim comes first."""
    statuses, signing = _wanted(place)
    given = asked.get("status", "")
    status = Status(given) if given in set(Status) else None
    found = (*conditions, *signing)
    desk = read_desk(asked.get("desk"))
    return claim_list.find_next(session, place.claim_id, statuses, found, status=status, desk=desk, q=asked.get("q", ""))


def _find_in_article(session: Session, place: ListPlace) -> int | None:
    statuses, signing = _wanted(place)
    conditions = [Claim.status.in_(statuses), *signing]
    return article_claims.find_next(session, place.article_id, place.paragraph, place.claim_id, conditions)


def _wanted(place: ListPlace) -> tuple[Sequence[Status], Sequence[ColumnElement[bool]]]:
    """The statuses of the claims that are worked on after one like this, and what else holds of them."""
    if place.status is Status.PROPOSED:
        return (Status.PROPOSED,), (may_sign(read_asked({})),)
    return (Status.OPEN, Status.DUE), ()


@bp.url_defaults
def _carry_list(endpoint: str, values: dict[str, object]) -> None:
    """Add the list of a claim's page to the addresses of the same claim's pages and forms."""
    if LIST in values or "claim_id" not in values or not has_request_context() or LIST not in request.args:
        return  # addresses without values are kept for other requests, too
    if (request.view_args or {}).get("claim_id") == values["claim_id"] and request.blueprint == bp.name:
        values[LIST] = request.args[LIST][:MOST]
