"""The review queue, the first page after sign-in."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_editor
from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.claims.queries import queue, speakers, topics
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.name_lists import OFFERED
from tracker.claims.queries.queue import Queue
from tracker.claims.queries.queue_groups import Asked, Filters, View
from tracker.claims.queue_lines import ArticleLines, gather_by_article, make_drawer
from tracker.claims.routes.bulk_actions import bulk_form
from tracker.claims.routes.filter_choice import Choice, desk_choices, read_desk
from tracker.claims.services import saved_views as services
from tracker.pagination import read_id
from tracker.search.name_keys import is_same_name
from tracker.web import i18n
from tracker.web.access import Blueprint
from tracker.web.database import session
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx
from tracker.web.pages import Pager, capped, conditions, page_url

bp = Blueprint("queue", __name__)

ME: Final = "me"
OWNER_NAMED: Final = "owner-named"
UNOWNED: Final = "nobody"
NEWEST: Final = "newest"
FILTERING: Final = "filters"  # in the address of a page on which the filters are open
LIST: Final = "list"  # in a claim's address: the list that it was opened from, see `next_claim`
KEYS: Final = ("view", "owner", "desk", "topic", "speaker", "article", "sort")


@bp.get("/", needs=Role.VIEWER)
def home() -> ResponseReturnValue:
    """The queue is home."""
    return redirect(url_for("queue.index"))


@bp.get("/queue", needs=Role.VIEWER)
def index() -> ResponseReturnValue:
    """All groups, or the one that `?view=` names, page by page. What cannot be read in the address is left out."""
    view = queue_view()
    asked = queue_asked()
    shown = queue.read(session(), asked, ctx.language, view, after=request.args.get("after"), before=request.args.get("before"))
    editors = working_editors(session())
    is_choosing = FILTERING in request.args
    choices = _choices(asked, editors, is_whole=is_choosing)
    nothing_due = view is None and not any(shown.groups[each].rows for each in (View.OVERDUE, View.DUE, View.SIGNOFF))
    is_bare = not shown and not asked.filters
    here = {key: value for key, value in [("view", view or ""), *((each.name, each.chosen) for each in choices)] if value}
    is_new = is_bare and not queue.has_claims(session(), with_sample=asked.with_sample)
    return render_template(
        "queue/index.html",
        view=view,
        shown=shown,
        groups=_groups(shown, asked),
        claim_base=request.script_root,
        list_query=list_query(request.args.to_dict() | here),
        counts=queue.counts(session(), asked, to_sign=view in (None, View.SIGNOFF)),
        counted=queue.COUNTED,
        capped=capped,
        page_url=page_url,
        pagers=_pagers(shown, view),
        choices=choices,
        is_choosing=is_choosing,
        filtered=conditions({choice.label: choice.in_words for choice in choices if choice.name != "sort"}),
        showing=", ".join(choice.in_words for choice in choices if choice.in_words),
        is_filtered=bool(asked.filters),
        newest_first=asked.newest_first,
        nothing_due=nothing_due and not shown.others,
        next_review=queue.next_review(session(), asked) if nothing_due and not asked.filters else None,
        is_new=is_new,
        newest=next(iter(articles.choices(session(), with_sample=asked.with_sample)), None) if is_new else None,
        today=asked.today,
        me=current_editor().id,
        bulk=bulk_form(owners=editors) if Role.EDITOR in current_editor().role_names else None,
        step=services.last_step(session(), current_editor().id),
        saved=services.views(session(), current_editor().id),
        here=urlencode(here),
        can_save=bool(here),
        View=View,
    )


def _groups(shown: Queue, asked: Asked) -> list[tuple[str, View | None, list[ClaimRow], list[ArticleLines]]]:
    """Return the groups that hold something: key, view (None for what waits for others), rows, and the lines drawn of them."""
    held: list[tuple[str, View | None, list[ClaimRow]]] = [
        (view.value, view, page.rows) for view, page in shown.groups.items() if page.rows
    ]
    if shown.others:
        held.append(("proposed", None, shown.others))
    language, zone = ctx.language, ctx.newsroom.zone

    def drawn(view: View | None, rows: list[ClaimRow]) -> list[ArticleLines]:
        draw = make_drawer(today=asked.today, language=language, zone=zone, is_overdue=view is View.OVERDUE)
        return gather_by_article(rows, draw, language)

    return [(key, view, rows, drawn(view, rows)) for key, view, rows in held]


def queue_args() -> dict[str, str]:
    """What of the address is group, filters and order, without the place in a list; as it was given."""
    return {key: request.args[key] for key in KEYS if request.args.get(key)}


def list_query(args: Mapping[str, str]) -> str:
    """What links of a queue with these arguments add to a claim's address; "" for the queue without filters."""
    kept = {key: args[key] for key in KEYS if key != "view" and args.get(key)}
    return f"?{urlencode({LIST: urlencode(kept)})}" if kept else ""


def queue_view() -> View | None:
    """The group that the address asks for."""
    given = request.args.get("view", "")
    return View(given) if given in set(View) else None


def queue_asked() -> Asked:
    """For whom and with which filters the queue of this address is to be read."""
    return read_asked(request.args)


def read_asked(args: Mapping[str, str]) -> Asked:
    """For whom and with which filters a queue is to be read; what cannot be read in its arguments is left out."""
    editor = current_editor()
    return Asked(
        today=i18n.today(),
        filters=_filters(args),
        signer=editor.id if Role.EDITOR in editor.role_names else None,
        author_may_judge=ctx.newsroom.author_may_judge,
        with_sample=ctx.newsroom.show_sample,
        newest_first=args.get("sort") == NEWEST,
    )


def _filters(args: Mapping[str, str]) -> Filters:
    owner, named = args.get("owner"), _named_owner()
    speaker = read_id(args.get("speaker"))
    filters = Filters(
        owner=named or (current_editor().id if owner == ME else read_id(owner)),
        unowned=owner == UNOWNED and named is None,
        desk=read_desk(args.get("desk")),
        topic=read_id(args.get("topic")),
        speakers=speakers.list_same_speakers(session(), speaker) if speaker is not None else (),
        with_implied=Role.EDITOR in current_editor().role_names,
        article=read_id(args.get("article")),
    )
    return queue.planned(session(), filters)


def _named_owner() -> int | None:
    """The editor whose name was typed, where a list of owners holds only the first; None unless it is the name of one."""
    typed = request.args.get(OWNER_NAMED, "").strip()
    found = [number for number, name in working_editors(session()) if is_same_name(name, typed)] if typed else []
    return found[0] if len(found) == 1 else None


def _choices(asked: Asked, editors: list[tuple[int, str]], *, is_whole: bool) -> list[Choice]:
    """Each filter with what it offers; with the chosen entry alone, unless `is_whole`."""
    names = OFFERED if is_whole else 0
    filters, with_sample = asked.filters, asked.with_sample
    me = current_editor().id
    speaker = filters.speakers[0] if filters.speakers else None
    owner = UNOWNED if filters.unowned else ME if filters.owner == me else _written(filters.owner)
    others = [(number, name) for number, name in editors if number != me]
    others, is_cut = (others[:OFFERED], len(others) > OFFERED) if is_whole else ([], False)
    others += [each for each in editors if each[0] == filters.owner and each[0] != me and each not in others]
    return [
        Choice(
            "owner",
            _("Owner"),
            [("", _("Everyone")), (ME, _("Me")), (UNOWNED, _("No owner")), *_pairs(others)],
            owner,
            most=OFFERED if is_cut else 0,
            is_by_name=is_cut,
        ),
        *desk_choices(session(), filters.desk, is_whole=is_whole),
        Choice(
            "topic",
            _("Topic"),
            [
                ("", _("All topics")),
                *_pairs(topics.topic_choices(session(), ctx.language, with_sample=with_sample, chosen=filters.topic, most=names)),
            ],
            _written(filters.topic),
            most=OFFERED,
            others=url_for("topics.index"),
        ),
        Choice(
            "speaker",
            _("Speaker"),
            [
                ("", _("All speakers")),
                *_pairs(speakers.speaker_choices(session(), with_sample=with_sample, chosen=speaker, most=names)),
            ],
            _written(speaker),
            most=OFFERED,
            others=url_for("speakers.index"),
        ),
        Choice(
            "article",
            _("Article"),
            [
                ("", _("All articles")),
                *_pairs(
                    articles.choices(
                        session(), with_sample=with_sample, chosen=filters.article, most=articles.OFFERED if is_whole else 0
                    )
                ),
            ],
            _written(filters.article),
            most=articles.OFFERED,
            others=url_for("articles.index"),
        ),
        Choice(
            "sort",
            _("Sort by"),
            [("", _("Review date, oldest first")), (NEWEST, _("Review date, newest first"))],
            NEWEST if asked.newest_first else "",
        ),
    ]


def _pairs(choices: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(number), label) for number, label in choices]


def _written(number: int | None) -> str:
    return "" if number is None else str(number)


def _pagers(shown: Queue, view: View | None) -> dict[View, Pager]:
    if view is None:
        return {}
    page = shown.groups[view]
    return {
        view: Pager(
            previous=page_url(before=str(page.before), after=None) if page.before else "",
            next=page_url(after=str(page.after), before=None) if page.after else "",
        )
    }
