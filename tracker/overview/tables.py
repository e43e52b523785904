"""The figures of the overview as rows of a file."""

from collections.abc import Callable, Sequence

from tracker.claims.enums import Outcome
from tracker.overview.queries import Overview, OwnerLoad

Rows = Sequence[Sequence[object]]


def _weeks(overview: Overview, _owners: Sequence[OwnerLoad]) -> Rows:
    return [("overdue", overview.upcoming.overdue), *((first.isoformat(), count) for first, count in overview.upcoming.weeks)]


def _months(overview: Overview, _owners: Sequence[OwnerLoad]) -> Rows:
    return [(m.first.isoformat()[:7], *(m.outcomes.get(outcome, 0) for outcome in Outcome), m.total) for m in overview.months]


def _delays(overview: Overview, _owners: Sequence[OwnerLoad]) -> Rows:
    return [(days,) for days in overview.delays.days]


def _judged(overview: Overview, _owners: Sequence[OwnerLoad]) -> Rows:
    counts = overview.counts
    return [] if counts is None else [(counts.ripe, counts.judged, counts.unresolvable + counts.void, counts.overdue)]


def _verdicts(overview: Overview, _owners: Sequence[OwnerLoad]) -> Rows:
    return [(v.claim_id, v.statement, v.outcome, v.signed_on.isoformat()) for v in overview.latest]


def _articles(overview: Overview, _owners: Sequence[OwnerLoad]) -> Rows:
    return [(article.id, article.title, article.open, article.overdue) for article in overview.busiest.rows]


def _owners(_overview: Overview, owners: Sequence[OwnerLoad]) -> Rows:
    return [(owner.owner_id or "", owner.name, owner.open, owner.overdue, owner.proposed) for owner in owners]


# Each figure: its columns and its rows.
FIGURES: dict[str, tuple[tuple[str, ...], Callable[[Overview, Sequence[OwnerLoad]], Rows]]] = {
    "weeks": (("week_from", "reviews"), _weeks),
    "months": (("month", *(outcome.value for outcome in Outcome), "total"), _months),
    "delays": (("days",), _delays),
    "judged": (("ripe", "judged", "not_judged", "overdue"), _judged),
    "verdicts": (("claim_id", "statement", "verdict", "signed_on"), _verdicts),
    "articles": (("article_id", "title", "open", "overdue"), _articles),
    "owners": (("owner_id", "owner", "open", "overdue", "proposed"), _owners),
}
# Shown to chiefs alone.
FOR_CHIEFS = frozenset({"owners"})
