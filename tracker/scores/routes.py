"""Scorecards for those who are signed in: pages, and the same numbers as CSV and JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from flask import Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.models import Desk
from tracker.accounts.roles import Role
from tracker.claims.labels import label
from tracker.claims.models import Speaker, Topic
from tracker.claims.routes.filter_choice import DESKLESS
from tracker.errors import N_, Invalid, NotFound
from tracker.exports import formats
from tracker.ledger import reading
from tracker.pagination import read_id
from tracker.scores import labels, plots, queries, tables
from tracker.scores.cards import Card, Grouping, GroupPage, Selection
from tracker.scores.cells import load_state
from tracker.sql import require_row
from tracker.web.access import Blueprint
from tracker.web.database import session
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx
from tracker.web.pages import Pager, page_url

bp = Blueprint("scorecards", __name__, url_prefix="/scorecards")

YEARS: Final = range(1900, 2200)
HEDGE_MAX: Final = 200
CARDS_KEPT: Final = 64


@bp.app_template_global("draw_interval")
def _draw_interval(rate: Any) -> plots.IntervalBar | None:
    return plots.draw_interval(rate)


@dataclass(frozen=True)
class Subject:
    """What a scorecard is about: its heading, the selection, and the tables that split it further."""

    title: str
    selection: Selection
    groupings: tuple[Grouping, ...]


@bp.get("", endpoint="index", needs=Role.VIEWER)
def show_newsroom() -> ResponseReturnValue:
    """The newsroom's scorecard; `?by=` splits it, `?year=`, `?desk=` and `?hedge=` narrow it."""
    hedge = request.args.get("hedge", "").strip()
    if len(hedge) > HEDGE_MAX:
        raise Invalid(N_("This filter takes at most %(most)s characters."), field="hedge", most=HEDGE_MAX)
    desk_id = _read_filter("desk")
    selection = Selection(year=_read_year(), desk_id=desk_id, hedge=hedge or None)
    is_narrow = desk_id is not None or bool(hedge)
    split = tuple(each for each in Grouping if not (each is Grouping.TOPIC and is_narrow))
    title = _("Scorecard for “%(words)s”", words=hedge) if hedge else _("Scorecards")
    if desk_id is not None:
        name = require_row(session(), Desk, desk_id).name
        title = f"{name}, {title}" if hedge else name
    return _respond(Subject(title, selection, split))


@bp.get("/speakers/<id:speaker_id>", needs=Role.VIEWER)
def show_speaker(speaker_id: int) -> ResponseReturnValue:
    """The scorecard of a speaker, with those merged into it."""
    speaker = require_row(session(), Speaker, speaker_id)
    selection = Selection(speaker_id=speaker.merged_into_id or speaker.id, year=_read_year())
    return _respond(Subject(speaker.name, selection, (Grouping.YEAR, Grouping.HEDGE)))


@bp.get("/own-voice", needs=Role.VIEWER)
def show_own_voice() -> ResponseReturnValue:
    """The scorecard of what articles predict in their own voice."""
    selection = Selection(speaker_id=0, year=_read_year())
    return _respond(Subject(_(labels.OWN_VOICE), selection, (Grouping.YEAR, Grouping.HEDGE)))


@bp.get("/topics/<id:topic_id>", needs=Role.VIEWER)
def show_topic(topic_id: int) -> ResponseReturnValue:
    """The scorecard of a topic."""
    topic = require_row(session(), Topic, topic_id)
    return _respond(Subject(topic.label(ctx.language), Selection(topic_id=topic.id, year=_read_year()), (Grouping.YEAR,)))


@bp.get("/desk", needs=Role.VIEWER)
def list_desks() -> ResponseReturnValue:
    """The newsroom's scorecard by desk."""
    split = (Grouping.DESK, *(each for each in Grouping if each is not Grouping.DESK))
    return _respond(Subject(_("Scorecards by desk"), Selection(year=_read_year()), split))


@bp.get("/desks/<id:desk_id>", needs=Role.VIEWER)
def show_desk(desk_id: int) -> ResponseReturnValue:
    """The scorecard of a desk: of the claims whose owner belongs to it. Never split by owner, which would rank colleagues."""
    desk = require_row(session(), Desk, desk_id)
    return _respond(Subject(desk.name, Selection(desk_id=desk.id, year=_read_year()), (Grouping.YEAR, Grouping.HEDGE)))


@bp.get("/no-desk", needs=Role.VIEWER)
def show_no_desk() -> ResponseReturnValue:
    """The scorecard of claims without an owner, or whose owner belongs to no desk."""
    return _respond(Subject(_(labels.NO_DESK), Selection(desk_id=0, year=_read_year()), (Grouping.YEAR, Grouping.HEDGE)))


@bp.get("/years/<int:year>", needs=Role.VIEWER)
def show_year(year: int) -> ResponseReturnValue:
    """The scorecard of the predictions made in a year."""
    if year not in YEARS:
        raise NotFound()
    split = (Grouping.SPEAKER, Grouping.TOPIC, Grouping.DESK, Grouping.HEDGE)
    return _respond(Subject(_("Predictions made in %(year)s", year=year), Selection(year=year), split))


def _respond(subject: Subject) -> ResponseReturnValue:
    """Return the page, or with `?format=csv|json` the file that holds its numbers."""
    by = _read_grouping(subject)
    form = request.args.get("format", "")
    if form in ("csv", "json"):
        return _send(subject, by, form)
    if form:
        raise Invalid(N_("Scorecards come as csv or json."), field="format")
    card = _load_card(subject.selection)
    groups = _load_groups(subject, by) if card else None
    return render_template(
        "scores/show.html",
        subject=subject,
        card=card,
        events=[(label(row.certainty), row.counts) for row in card.events] if card else [],
        by=by,
        groups=groups,
        plot=plots.draw_calibration(card.bands) if card and card.bands else None,
        group_url=_group_url,
        list_url=_list_url(subject.selection),
        group_list_url=partial(_group_list_url, subject),
        pager=_pager(groups),
        tabs=[(each, _(labels.GROUPINGS[each]), page_url(by=each.value, offset=None)) for each in subject.groupings],
        files=[(form, page_url(format=form, offset=None)) for form in ("csv", "json")],
        labels=labels,
    )


def _load_card(selection: Selection) -> Card | None:
    """Return a scorecard, from memory where nothing was recorded since it was added up last."""
    kept: dict[Selection, tuple[object, Card]] = current_app.extensions.setdefault("tracker_scorecards", {})
    state = load_state(session())
    now = (reading.head(session()), state and (state.as_of, state.recount_from))
    if selection in kept and kept[selection][0] == now:
        return kept[selection][1]
    card = queries.load_card(session(), selection)
    if card is not None:
        if len(kept) >= CARDS_KEPT:
            kept.clear()
        kept[selection] = (now, card)
    return card


def _load_groups(subject: Subject, by: Grouping) -> GroupPage:
    given = request.args.get("offset", "")
    offset = read_id(given) if given else 0
    if offset is None:
        raise Invalid(N_("This page of the list does not exist."), field="offset")
    return queries.load_groups(session(), by, subject.selection, offset=min(offset, 10**6), language=ctx.language)


def _pager(groups: GroupPage | None) -> Pager | None:
    if groups is None or groups.next_offset is None:
        return None
    return Pager(next=page_url(offset=str(groups.next_offset)))


def _group_url(by: Grouping, key: str) -> str:
    """Return the address of a group's own scorecard."""
    if by is Grouping.SPEAKER:
        return url_for(".show_own_voice") if key == "0" else url_for(".show_speaker", speaker_id=int(key))
    if by is Grouping.TOPIC:
        return url_for(".show_topic", topic_id=int(key))
    if by is Grouping.DESK:
        return url_for(".show_no_desk") if key == "0" else url_for(".show_desk", desk_id=int(key))
    if by is Grouping.YEAR:
        return url_for(".show_year", year=int(key))
    return url_for(".index", hedge=key) if key else ""


def _list_url(selection: Selection) -> str:
    """Return the address of the list of claims that a selection is about; "" where it has no list of its own."""
    speaker_id, topic_id, desk_id = selection.speaker_id, selection.topic_id, selection.desk_id
    if selection == Selection():
        return url_for("claims.index")
    if desk_id is not None and selection == Selection(desk_id=desk_id):
        return url_for("claims.index", desk=desk_id or DESKLESS)
    if speaker_id and selection == Selection(speaker_id=speaker_id):
        return url_for("speakers.show", speaker_id=speaker_id)
    return url_for("topics.show", topic_id=topic_id) if topic_id and selection == Selection(topic_id=topic_id) else ""


def _group_list_url(subject: Subject, by: Grouping, key: str) -> str:
    """Return the same for a group of all claims."""
    if by not in (Grouping.SPEAKER, Grouping.TOPIC, Grouping.DESK) or subject.selection != Selection():
        return ""
    number = int(key)
    of = {
        Grouping.SPEAKER: Selection(speaker_id=number),
        Grouping.TOPIC: Selection(topic_id=number),
        Grouping.DESK: Selection(desk_id=number),
    }
    return _list_url(of[by])


def _send(subject: Subject, by: Grouping, form: str) -> ResponseReturnValue:
    split = by if "by" in request.args else None
    if request.args.get("table") == "bands":
        columns, rows = tables.BAND_COLUMNS, tables.band_rows(session(), subject.selection)
    else:
        columns, rows = tables.COLUMNS, tables.rows(session(), split, subject.selection, ctx.language)
    if form == "json":
        return jsonify([dict(zip(columns, row, strict=True)) for row in rows])
    return _as_csv(columns, rows)


def _as_csv(columns: tuple[str, ...], rows: Iterator[list[object]]) -> Response:
    # As small as the number of groups: read whole, while the session of the request is open.
    body = "".join(formats.format_csv(columns, rows, excel=request.args.get("excel") == "1"))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="scorecards.csv"'
    return response


def _read_grouping(subject: Subject) -> Grouping:
    given = request.args.get("by", "")
    if not given:
        return subject.groupings[0]
    if given not in subject.groupings:
        raise Invalid(N_("This scorecard cannot be split like that."), field="by")
    return Grouping(given)


def _read_year() -> int | None:
    given = request.args.get("year", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given[:6]) in YEARS):
        raise Invalid(N_("This filter takes a year such as 2024."), field="year")
    return int(given)


def _read_filter(name: str) -> int | None:
    given = request.args.get(name, "")
    if not given:
        return None
    found = read_id(given)
    if found is None:
        raise Invalid(N_("This filter takes a number."), field=name)
    return found
