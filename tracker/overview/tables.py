"""The figures of the overview as rows of a file."""

from collections.abc import Callable, Sequence

from tracker.claims.enums import Outcome
from tracker.overview.queries import Overview, OwnerLoad
from tracker.scores.cards import CountTotals

Rows = Sequence[Sequence[object]]


def _judged(counts: CountTotals | None) -> Rows:
    return [] if counts is None else [(counts.ripe, counts.judged, counts.unresolvable + counts.void, counts.overdue)]


# Each figure: its columns and its rows.
FIGURES: dict[str, tuple[tuple[str, ...], Callable[[Overview, Sequence[OwnerLoad]], Rows]]] = {
    "weeks": (
        ("week_from", "reviews"),
        lambda all_, _: [("overdue", all_.upcoming.overdue), *((first.isoformat(), n) for first, n in all_.upcoming.weeks)],
    ),
    "months": (
        ("month", *(outcome.value for outcome in Outcome), "total"),
        lambda all_, _: [
            (m.first.isoformat()[:7], *(m.outcomes.get(outcome, 0) for outcome in Outcome), m.total) for m in all_.months
        ],
    ),
    "delays": (("days",), lambda all_, _: [(days,) for days in all_.delays.days]),
    "judged": (("ripe", "judged", "not_judged", "overdue"), lambda all_, _: _judged(all_.counts)),
    "verdicts": (
        ("claim_id", "statement", "verdict", "signed_on"),
        lambda all_, _: [(v.claim_id, v.statement, v.outcome, v.signed_on.isoformat()) for v in all_.latest],
    ),
    "articles": (
        ("article_id", "title", "open", "overdue"),
        lambda all_, _: [(each.id, each.title, each.open, each.overdue) for each in all_.busiest.rows],
    ),
    "owners": (
        ("owner_id", "owner", "open", "overdue", "proposed"),
        lambda _, owners: [(each.owner_id or "", each.name, each.open, each.overdue, each.proposed) for each in owners],
    ),
}
# Shown to chiefs alone.
FOR_CHIEFS = frozenset({"owners"})
