"""Pages of speakers: the list, one with its claims, and the forms that add, change and merge them."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.claims.forms.names import MergeForm, SpeakerForm
from tracker.claims.labels import label
from tracker.claims.models import Speaker
from tracker.claims.queries import choices
from tracker.claims.queries import speakers as queries
from tracker.claims.routes.name_pages import listed, position, store
from tracker.claims.routes.next_claim import SPEAKER
from tracker.claims.services import speakers as services
from tracker.claims.services.common import basis_of
from tracker.errors import Conflict, Invalid
from tracker.search import names
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext as _
from tracker.web.i18n import translate
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import capped, pager_of, toast, warn

bp = Blueprint("speakers", __name__, url_prefix="/speakers")


@bp.context_processor
def _labels() -> dict[str, Any]:
    return {"label": label}


@bp.get("", endpoint="index", needs=Role.VIEWER)
def speakers() -> ResponseReturnValue:
    """All speakers by name; `?q=` looks for words in names, other names and affiliations."""
    q = request.args.get("q", "").strip()
    with_implied = Role.EDITOR in current_editor().role_names
    found = queries.list_speakers(session(), q, with_sample=ctx.newsroom.show_sample, with_implied=with_implied, **position())
    return render_template(
        "speakers/index.html",
        q=q,
        q_is_cut=names.is_cut(q),
        speakers=found.rows,
        pager=pager_of(found),
        capped=capped,
        counted=queries.COUNTED,
    )


@bp.get("/new", endpoint="new", needs=Role.EDITOR)
def new_speaker() -> ResponseReturnValue:
    """The form for a new speaker."""
    return render_template("speakers/form.html", form=SpeakerForm(), speaker=None)


@bp.post("/new", endpoint="create", needs=Role.EDITOR)
def create_speaker() -> ResponseReturnValue:
    """Store a new speaker."""
    form = SpeakerForm(request.form)

    def work(current: Session) -> str:
        made = services.add_speaker(current, actor=current_actor(), **_speaker_values(form))
        return url_for("speakers.show", speaker_id=made.id)

    return store(form, work, "speakers/form.html", speaker=None)


@bp.get("/<id:speaker_id>", endpoint="show", needs=Role.VIEWER)
def speaker(speaker_id: int) -> ResponseReturnValue:
    """A speaker with the claims of that speaker, newest first."""
    found = queries.get_speaker(session(), speaker_id)
    with_implied = Role.EDITOR in current_editor().role_names
    claims = queries.claims_of_speaker(session(), speaker_id, ctx.language, with_implied=with_implied, **position())
    return render_template(
        "speakers/show.html",
        speaker=found,
        kept_as=queries.get_speaker(session(), found.merged_into_id) if found.merged_into_id is not None else None,
        aliases=queries.list_aliases(session(), [speaker_id]).get(speaker_id, ()),
        merged=queries.list_merged(session(), speaker_id),
        **listed(claims, f"{SPEAKER}:{speaker_id}"),
    )


@bp.get("/<id:speaker_id>/edit", endpoint="edit", needs=Role.EDITOR)
def edit_speaker(speaker_id: int) -> ResponseReturnValue:
    """The form that changes what is known of a speaker."""
    found = queries.get_speaker(session(), speaker_id)
    return render_template("speakers/form.html", form=_speaker_form(found), speaker=found)


@bp.post("/<id:speaker_id>/edit", endpoint="change", needs=Role.EDITOR)
def change_speaker(speaker_id: int) -> ResponseReturnValue:
    """Change what is known of a speaker."""
    found = queries.get_speaker(session(), speaker_id)
    form = SpeakerForm(request.form)

    def work(current: Session) -> str:
        services.edit_speaker(current, found, actor=current_actor(), basis=form.basis.data, **_speaker_values(form))
        return url_for("speakers.show", speaker_id=speaker_id)

    return store(form, work, "speakers/form.html", lambda: _speaker_form(found), speaker=found)


def _speaker_form(found: Speaker) -> SpeakerForm:
    names = queries.list_aliases(session(), [found.id]).get(found.id, ())
    return SpeakerForm(obj=found, data={"aliases": "\n".join(names), "basis": basis_of(found, names)})


def _speaker_values(form: SpeakerForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "kind": form.kind.data,
        "affiliation": form.affiliation.data,
        "aliases": form.names(),
    }


@bp.route("/<id:speaker_id>/merge", methods=["GET", "POST"], needs=Role.CHIEF)
def merge(speaker_id: int) -> ResponseReturnValue:
    """Choose the entry that this one is merged into."""
    found = queries.get_speaker(session(), speaker_id)
    offered = choices.speakers(session(), with_sample=ctx.newsroom.show_sample)
    form = MergeForm(request.form if request.method == "POST" else None)
    namesakes = set(queries.list_namesakes(session(), found))
    others = [(number, name) for number, name in offered.pairs if number != speaker_id]
    form.into_id.set_choices(sorted(others, key=lambda choice: choice[0] not in namesakes), find=offered.find)
    if request.method != "POST" or not form.validate():
        status = 200 if request.method != "POST" else 422
        return render_template("speakers/merge.html", form=form, speaker=found), status
    try:
        with writing() as current, run_once(current) as done:
            services.merge(current, queries.get_speaker(current, speaker_id), form.into_id.data, actor=current_actor())
            answer = done(url_for("speakers.show", speaker_id=form.into_id.data))
    except Invalid as refusal:
        feed(form, refusal)
        return render_template("speakers/merge.html", form=form, speaker=found), 422
    except Conflict as refusal:
        warn(translate(refusal.message))
        return redirect(url_for("speakers.show", speaker_id=speaker_id), 303)
    toast(_("Entries merged. Both are kept."), undo=url_for("speakers.unmerge", speaker_id=speaker_id))
    return answer


@bp.post("/<id:speaker_id>/unmerge", needs=Role.CHIEF)
def unmerge(speaker_id: int) -> ResponseReturnValue:
    """Let this entry stand for itself again."""
    queries.get_speaker(session(), speaker_id)
    try:
        with writing() as current:
            services.unmerge(current, queries.get_speaker(current, speaker_id), actor=current_actor())
    except Conflict as refusal:
        warn(translate(refusal.message))
    else:
        toast(_("Merge undone."))
    return redirect(url_for("speakers.show", speaker_id=speaker_id), 303)
