"""The overview: pictures with an equal table each, and every figure as CSV."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from tracker import clock
from tracker.accounts.access import current_editor
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.claims.enums import Outcome
from tracker.claims.labels import label
from tracker.claims.models import Claim
from tracker.claims.queries.name_lists import OFFERED
from tracker.claims.queries.topics import topic_choices
from tracker.errors import N_, Invalid, NotFound
from tracker.exports import formats
from tracker.overview import charts, queries
from tracker.overview.queries import Overview, OwnerLoad, Scope
from tracker.pagination import read_id
from tracker.scores.cards import CountTotals
from tracker.web.access import Blueprint
from tracker.web.database import app_settings, session
from tracker.web.page_context import ctx

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


bp = Blueprint("overview", __name__)


@bp.get("/overview", needs=Role.VIEWER)
def index() -> ResponseReturnValue:
    """How the newsroom is doing; `?topic=`, `?owner=` and `?months=` narrow it."""
    scope = _read_scope()
    overview = _load(scope, ctx.language)
    return render_template(
        "overview/index.html",
        overview=overview,
        owners=_load_owners(scope) if _is_chief() else (),
        is_new=session().scalar(select(Claim.id).limit(1)) is None,
        scope=scope,
        today=clock.today(ctx.newsroom.zone),
        topics=topic_choices(session(), ctx.language, with_sample=ctx.newsroom.show_sample, chosen=scope.topic_id),
        topics_most=OFFERED,
        delays_most=queries.DELAYS,
        scope_owner=session().get(Editor, scope.owner_id) if scope.owner_id else None,
        months_offered=queries.MONTHS_OFFERED,
        weeks=charts.draw_weeks(overview.upcoming),
        months=charts.draw_months(overview.months),
        dots=charts.draw_delays(overview.delays),
        shares=charts.draw_shares(_shares(overview)),
        label=label,
    )


@bp.get("/overview/<figure>.csv", needs=Role.VIEWER)
def download(figure: str) -> ResponseReturnValue:
    """One figure's numbers."""
    if figure not in FIGURES or (figure in FOR_CHIEFS and not _is_chief()):
        raise NotFound()
    scope = _read_scope()
    columns, make_rows = FIGURES[figure]
    owners = _load_owners(scope) if figure in FOR_CHIEFS else ()
    rows = (list(row) for row in make_rows(_load(scope), owners))
    body = "".join(formats.format_csv(columns, rows, excel=request.args.get("excel") == "1"))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="overview-{figure}.csv"'
    return response


def _load(scope: Scope, language: str = "") -> Overview:
    zone = ctx.newsroom.zone
    is_demo = app_settings().demo
    return queries.load_overview(session(), scope, clock.today(zone), zone, with_sample=is_demo, language=language)


def _load_owners(scope: Scope) -> list[OwnerLoad]:
    return queries.load_owners(session(), scope, clock.today(ctx.newsroom.zone), with_sample=app_settings().demo)


def _is_chief() -> bool:
    return Role.CHIEF in current_editor().role_names


def _shares(overview: Overview) -> list[tuple[str, int]]:
    counts = overview.counts
    if counts is None:
        return []
    not_judged = counts.unresolvable + counts.void + counts.uncounted
    return [("judged", counts.judged), ("not_judged", not_judged), ("overdue", counts.overdue)]


def _read_scope() -> Scope:
    given: dict[str, Any] = {}
    for name in ("topic", "owner"):
        value = request.args.get(name, "")
        if value:
            given[f"{name}_id"] = read_id(value)
            if given[f"{name}_id"] is None:
                raise Invalid(N_("This filter takes a number."), field=name)
    months = request.args.get("months", "")
    if months:
        if months not in map(str, queries.MONTHS_OFFERED):
            raise Invalid(N_("Choose one of the periods that are offered."), field="months")
        given["months"] = int(months)
    return Scope(**given)
