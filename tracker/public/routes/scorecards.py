"""Scorecards for readers, where the newsroom shows them: pages, each with its JSON, and all of them as CSV."""

import json
from dataclasses import replace
from typing import Final

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from tracker.errors import NotFound
from tracker.exports import formats
from tracker.public import queries, score_tables, scorecards, words
from tracker.public.routes.blueprint import LANGUAGE, bp
from tracker.public.routes.caching import answer, newsroom, render, site
from tracker.public.score_models import CardKind
from tracker.public.scorecards import CardView
from tracker.scores import labels, plots
from tracker.search.name_keys import name_key
from tracker.web import headers
from tracker.web.access import PUBLIC
from tracker.web.database import session
from tracker.web.i18n import gettext as _

_GROUP: Final = f"<any({','.join(scorecards.GROUPS)}):group>"


@bp.get(f"/public/{LANGUAGE}/scorecards", needs=PUBLIC)
def scorecard(language: str) -> ResponseReturnValue:
    """The newsroom's scorecard, with tables by topic and by organisation, and the people who have one."""
    _require_shown()
    head = queries.load_head(session())
    return _page(language, head, _find(CardKind.NEWSROOM))


@bp.get(f"/public/{LANGUAGE}/scorecards/own-voice", needs=PUBLIC)
def scorecard_own_voice(language: str) -> ResponseReturnValue:
    """The scorecard of what articles predict in their own voice."""
    return _page(language, *_load(CardKind.OWN_VOICE))


@bp.get(f"/public/{LANGUAGE}/scorecards/{_GROUP}/<id:number>")
@bp.get(f"/public/{LANGUAGE}/scorecards/{_GROUP}/<id:number>-<string(minlength=0):slug>", needs=PUBLIC)
def scorecard_of(language: str, group: str, number: int, slug: str | None = None) -> ResponseReturnValue:
    """The scorecard of a topic, an organisation, or a person whose card is shown."""
    head, view = _load(scorecards.GROUPS[group], number)
    right = site(language).path(scorecards.address(view))
    if request.script_root + request.path != right and request.path != right:
        return redirect(right, 301)
    return _page(language, head, view)


@bp.get(f"/public/{LANGUAGE}/scorecards.json", needs=PUBLIC)
def scorecard_json(language: str) -> ResponseReturnValue:
    """The newsroom's scorecard as JSON."""
    return _json(language, *_load(CardKind.NEWSROOM))


@bp.get(f"/public/{LANGUAGE}/scorecards/own-voice.json", needs=PUBLIC)
def scorecard_own_voice_json(language: str) -> ResponseReturnValue:
    """The scorecard of the own voice as JSON."""
    return _json(language, *_load(CardKind.OWN_VOICE))


@bp.get(f"/public/{LANGUAGE}/scorecards/{_GROUP}/<id:number>.json")
@bp.get(f"/public/{LANGUAGE}/scorecards/{_GROUP}/<id:number>-<string(minlength=0):slug>.json", needs=PUBLIC)
def scorecard_of_json(language: str, group: str, number: int, slug: str | None = None) -> ResponseReturnValue:
    """The scorecard of a topic or a speaker as JSON."""
    return _json(language, *_load(scorecards.GROUPS[group], number))


@bp.get("/public/scorecards.csv", needs=PUBLIC)
def scorecards_csv() -> ResponseReturnValue:
    """Every scorecard, a row each; with `?table=bands` a row for each band of stated likelihood."""
    _require_shown()
    head = queries.load_head(session())
    is_bands = request.args.get("table") == "bands"

    def draw() -> str:
        columns, rows = score_tables.BANDS if is_bands else score_tables.CARDS
        views = scorecards.iterate_cards(session())
        return "".join(formats.format_csv(columns, (row for view in views for row in rows(view, site("en")))))

    response = answer(f"scorecards.csv {head.version} {is_bands}", draw, "text/csv", headers.DATA)
    response.headers["Content-Disposition"] = "attachment; filename=scorecards.csv"
    return response


def _require_shown() -> None:
    if not newsroom().public_scorecards:
        raise NotFound()


def _load(kind: CardKind, number: int = 0) -> tuple[queries.Head, CardView]:
    """The head, which is read first: a card may be newer than the version in its ETag, and never older."""
    _require_shown()
    head = queries.load_head(session())
    return head, scorecards.load_card(session(), kind, number)


def _title(view: CardView | None, language: str) -> str:
    if view is None or view.kind is CardKind.NEWSROOM:
        return _("Scorecard")
    return _(labels.OWN_VOICE) if view.kind is CardKind.OWN_VOICE else view.name(language)


def _page(language: str, head: queries.Head, view: CardView | None) -> Response:
    rest = scorecards.address(view) if view is not None else "/scorecards"
    # The Brier score is for those who work with the files.
    card = replace(view.card, brier=None) if view is not None else None
    is_waiting = view is None and scorecards.is_waiting(session(), head.version)

    def draw() -> str:
        is_whole = view is not None and view.kind is CardKind.NEWSROOM
        groups = {kind: scorecards.list_cards(session(), kind) for kind in scorecards.GROUPS.values()} if is_whole else {}
        people, has_more_people = groups.pop(CardKind.PERSON, ([], False))
        return render(
            "public/scorecard.html",
            title=_title(view, language),
            view=view,
            card=card,
            is_waiting=is_waiting,
            events=[(_(words.CERTAINTIES[row.certainty]), row.counts) for row in card.events] if card is not None else [],
            plot=plots.draw_calibration(card.bands) if card is not None and card.bands else None,
            groups=[(kind, *found) for kind, found in groups.items() if found[0]],
            people=sorted(people, key=lambda each: name_key(each.name(language))),  # people are not ranked
            has_more_people=has_more_people,
            own_voice=_find(CardKind.OWN_VOICE) if is_whole else None,
            address=scorecards.address,
            labels=labels,
            rest=rest,
        )

    return answer(f"scorecard {language} {rest} {head.version} {is_waiting}", draw)


def _find(kind: CardKind) -> CardView | None:
    try:
        return scorecards.load_card(session(), kind)
    except NotFound:
        return None


def _json(language: str, head: queries.Head, view: CardView) -> Response:
    rest = scorecards.address(view)

    def draw() -> str:
        about = {"kind": view.kind.value, "id": view.number or None, "name": view.name(language) or None}
        return json.dumps(
            {"address": site(language).url(rest), **about, **view.body}, ensure_ascii=False, sort_keys=True, indent=1
        )

    return answer(f"scorecard.json {language} {rest} {head.version}", draw, "application/json", headers.DATA)
