"""The claim that comes next in the list that an editor works through, for "save and next".

A link to a claim names its list: `?list=owner=me&topic=3` (escaped) is the queue with these filters, `?list=article` the claims
of the claim's article. Without it, the list is the queue without filters. The addresses of a claim's own pages and forms carry
it on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from flask import has_request_context, request, url_for
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.queries import article_claims, queue
from tracker.claims.queries.queue_groups import View, may_sign
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.queue import KEYS, LIST, read_asked

ARTICLE: Final = "article"
MOST: Final = 400  # characters of a list that are read
_JUDGING: Final = (View.OVERDUE, View.DUE)


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
    """The page of the claim that comes after a place in the list of this request, then of the first; else the list itself."""
    given = request.args.get(LIST, "")[:MOST]
    if given == ARTICLE:
        following = _find_in_article(session, place)
        whole = url_for("articles.show", article_id=place.article_id)
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


def _find_in_article(session: Session, place: ListPlace) -> int | None:
    conditions: list[ColumnElement[bool]] = [Claim.status.in_((Status.OPEN, Status.DUE))]
    if place.status is Status.PROPOSED:
        conditions = [Claim.status == Status.PROPOSED, may_sign(read_asked({}))]
    return article_claims.find_next(session, place.article_id, place.paragraph, place.claim_id, conditions)


@bp.url_defaults
def _carry_list(endpoint: str, values: dict[str, object]) -> None:
    """Add the list of a claim's page to the addresses of the same claim's pages and forms."""
    if LIST in values or not has_request_context() or LIST not in request.args:
        return
    if (request.view_args or {}).get("claim_id") == values.get("claim_id") and request.blueprint == bp.name:
        values[LIST] = request.args[LIST][:MOST]
