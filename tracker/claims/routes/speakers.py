"""Pages of speakers and topics: lists, one with its claims, and the forms that add and change them."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.claims.article_page import show_claims
from tracker.claims.forms.speakers import SpeakerForm, TopicForm
from tracker.claims.labels import label
from tracker.claims.models import Speaker
from tracker.claims.queries import speakers as people
from tracker.claims.queries.rows import ClaimRow
from tracker.claims.services import speakers as services
from tracker.errors import Invalid, Stale
from tracker.pagination import Page
from tracker.web import i18n
from tracker.web.access import current_actor, needs
from tracker.web.conflicts import differing
from tracker.web.database import session, writing
from tracker.web.forms import Form, feed
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import capped, pager_of, toast

speakers_bp = Blueprint("speakers", __name__, url_prefix="/speakers")
topics_bp = Blueprint("topics", __name__, url_prefix="/topics")


def init_app(app: Flask) -> None:
    """Add speakers and topics to an application."""
    app.register_blueprint(speakers_bp)
    app.register_blueprint(topics_bp)


@speakers_bp.context_processor
def _words() -> dict[str, Any]:
    return {"label": label}


# --- speakers ---


@speakers_bp.get("", endpoint="index")
@needs(Role.VIEWER)
def speakers() -> ResponseReturnValue:
    """All speakers by name; `?q=` looks for words in names, other names and affiliations."""
    q = request.args.get("q", "").strip()
    with_implied = Role.EDITOR in current_editor().role_names
    found = people.speakers(session(), q, with_sample=ctx.newsroom.show_sample, with_implied=with_implied, **_place())
    return render_template(
        "speakers/index.html", q=q, speakers=found.rows, pager=pager_of(found), capped=capped, counted=people.COUNTED
    )


@speakers_bp.get("/new", endpoint="new")
@needs(Role.EDITOR)
def new_speaker() -> ResponseReturnValue:
    """The form for a new speaker."""
    return render_template("speakers/form.html", form=SpeakerForm(), speaker=None)


@speakers_bp.post("/new", endpoint="create")
@needs(Role.EDITOR)
def create_speaker() -> ResponseReturnValue:
    """Store a new speaker."""
    form = SpeakerForm(request.form)

    def work(current: Session) -> str:
        made = services.add_speaker(current, actor=current_actor(), **_speaker_values(form))
        return url_for("speakers.show", speaker_id=made.id)

    return _store(form, work, "speakers/form.html", speaker=None)


@speakers_bp.get("/<id:speaker_id>", endpoint="show")
@needs(Role.VIEWER)
def speaker(speaker_id: int) -> ResponseReturnValue:
    """A speaker with the claims that are theirs, newest first."""
    found = people.speaker(session(), speaker_id)
    with_implied = Role.EDITOR in current_editor().role_names
    claims = people.claims_of_speaker(session(), speaker_id, ctx.language, with_implied=with_implied, **_place())
    return render_template(
        "speakers/show.html",
        speaker=found,
        stands=people.speaker(session(), found.merged_into_id) if found.merged_into_id is not None else None,
        aliases=people.aliases(session(), [speaker_id]).get(speaker_id, ()),
        merged=people.merged_into(session(), speaker_id),
        **_listed(claims),
    )


@speakers_bp.get("/<id:speaker_id>/edit", endpoint="edit")
@needs(Role.EDITOR)
def edit_speaker(speaker_id: int) -> ResponseReturnValue:
    """The form that changes what is known of a speaker."""
    found = people.speaker(session(), speaker_id)
    return render_template("speakers/form.html", form=_speaker_form(found), speaker=found)


@speakers_bp.post("/<id:speaker_id>/edit", endpoint="change")
@needs(Role.EDITOR)
def change_speaker(speaker_id: int) -> ResponseReturnValue:
    """Change what is known of a speaker."""
    found = people.speaker(session(), speaker_id)
    form = SpeakerForm(request.form)

    def work(current: Session) -> str:
        services.edit_speaker(current, found, actor=current_actor(), basis=form.basis.data, **_speaker_values(form))
        return url_for("speakers.show", speaker_id=speaker_id)

    return _store(form, work, "speakers/form.html", lambda: _speaker_form(found), speaker=found)


def _speaker_form(found: Speaker) -> SpeakerForm:
    names = people.aliases(session(), [found.id]).get(found.id, ())
    return SpeakerForm(obj=found, data={"aliases": "\n".join(names), "basis": services.basis_of(found, names)})


def _speaker_values(form: SpeakerForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "kind": form.kind.data,
        "affiliation": form.affiliation.data,
        "aliases": form.names(),
    }


# --- topics ---


@topics_bp.get("", endpoint="index")
@needs(Role.VIEWER)
def topics() -> ResponseReturnValue:
    """All topics by label."""
    found = people.topics(session(), ctx.language, with_sample=ctx.newsroom.show_sample)
    return render_template("topics/index.html", topics=found, capped=capped, counted=people.COUNTED)


@topics_bp.get("/new", endpoint="new")
@needs(Role.EDITOR)
def new_topic() -> ResponseReturnValue:
    """The form for a new topic."""
    return render_template("topics/form.html", form=TopicForm(), topic=None)


@topics_bp.post("/new", endpoint="create")
@needs(Role.EDITOR)
def create_topic() -> ResponseReturnValue:
    """Store a new topic."""
    form = TopicForm(request.form)

    def work(current: Session) -> str:
        made = services.add_topic(current, actor=current_actor(), label_en=form.label_en.data, label_fr=form.label_fr.data)
        return url_for("topics.show", topic_id=made.id)

    return _store(form, work, "topics/form.html", topic=None)


@topics_bp.get("/<id:topic_id>", endpoint="show")
@needs(Role.VIEWER)
def topic(topic_id: int) -> ResponseReturnValue:
    """A topic with its claims, newest first."""
    found = people.topic(session(), topic_id)
    claims = people.claims_of_topic(session(), topic_id, ctx.language, **_place())
    return render_template("topics/show.html", topic=found, **_listed(claims))


@topics_bp.get("/<id:topic_id>/edit", endpoint="edit")
@needs(Role.EDITOR)
def edit_topic(topic_id: int) -> ResponseReturnValue:
    """The form that changes a topic's labels."""
    found = people.topic(session(), topic_id)
    form = TopicForm(obj=found, data={"basis": services.basis_of(found)})
    return render_template("topics/form.html", form=form, topic=found)


@topics_bp.post("/<id:topic_id>/edit", endpoint="change")
@needs(Role.EDITOR)
def change_topic(topic_id: int) -> ResponseReturnValue:
    """Change a topic's labels."""
    found = people.topic(session(), topic_id)
    form = TopicForm(request.form)

    def work(current: Session) -> str:
        services.edit_topic(
            current,
            found,
            actor=current_actor(),
            label_en=form.label_en.data,
            label_fr=form.label_fr.data,
            basis=form.basis.data,
        )
        return url_for("topics.show", topic_id=topic_id)

    def stands() -> Form:
        return TopicForm(obj=found, data={"basis": services.basis_of(found)})

    return _store(form, work, "topics/form.html", stands, topic=found)


# --- both ---


def _place() -> dict[str, str | None]:
    return {"after": request.args.get("after"), "before": request.args.get("before")}


def _listed(found: Page[ClaimRow]) -> dict[str, Any]:
    return {"claims": show_claims(found.rows, i18n.today()), "pager": pager_of(found), "today": i18n.today()}


def _store(
    form: Any, work: Callable[[Session], str], template: str, stands: Callable[[], Form] | None = None, **more: Any
) -> ResponseReturnValue:
    """Check the form and do the work once; whatever is refused comes back with all that was typed.

    `stands` makes the form of what is stored now; where somebody else was faster, both are shown and nothing is stored.
    """
    if not form.validate():
        return render_template(template, form=form, **more), 422
    try:
        with writing() as current, run_once(current) as done:
            answer = done(work(current))
    except Invalid as refusal:
        feed(form, refusal)
        return render_template(template, form=form, **more), 422
    except Stale:
        assert stands is not None
        now = stands()
        form.basis.data, form.basis.raw_data = now["basis"].data, None
        names = [field.name for field in form if field.name not in ("basis", "form_token")]
        return render_template(template, form=form, stands=now, differing=differing(form, now, names), **more), 409
    toast(_("Saved."))
    return answer
