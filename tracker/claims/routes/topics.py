"""Pages of topics: the list, one with its claims, and the forms that add and change them."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.claims.forms.names import TopicForm
from tracker.claims.queries import topics as queries
from tracker.claims.routes.name_pages import listed, position, store
from tracker.claims.routes.next_claim import TOPIC
from tracker.claims.services import topics as services
from tracker.claims.services.common import basis_of
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import session
from tracker.web.forms import Form
from tracker.web.page_context import ctx
from tracker.web.pages import capped, pager_of

bp = Blueprint("topics", __name__, url_prefix="/topics")


@bp.get("", endpoint="index", needs=Role.VIEWER)
def topics() -> ResponseReturnValue:
    """All topics by label."""
    found = queries.list_topics(session(), ctx.language, with_sample=ctx.newsroom.show_sample, **position())
    return render_template("topics/index.html", topics=found.rows, pager=pager_of(found), capped=capped, counted=queries.COUNTED)


@bp.get("/new", endpoint="new", needs=Role.EDITOR)
def new_topic() -> ResponseReturnValue:
    """The form for a new topic."""
    return render_template("topics/form.html", form=TopicForm(), topic=None)


@bp.post("/new", endpoint="create", needs=Role.EDITOR)
def create_topic() -> ResponseReturnValue:
    """Store a new topic."""
    form = TopicForm(request.form)

    def work(current: Session) -> str:
        made = services.add_topic(current, actor=current_actor(), label_en=form.label_en.data, label_fr=form.label_fr.data)
        return url_for("topics.show", topic_id=made.id)

    return store(form, work, "topics/form.html", topic=None)


@bp.get("/<id:topic_id>", endpoint="show", needs=Role.VIEWER)
def topic(topic_id: int) -> ResponseReturnValue:
    """A topic with its claims, newest first."""
    found = queries.get_topic(session(), topic_id)
    claims = queries.claims_of_topic(session(), topic_id, ctx.language, **position())
    return render_template("topics/show.html", topic=found, **listed(claims, f"{TOPIC}:{topic_id}"))


@bp.get("/<id:topic_id>/edit", endpoint="edit", needs=Role.EDITOR)
def edit_topic(topic_id: int) -> ResponseReturnValue:
    """The form that changes a topic's labels."""
    found = queries.get_topic(session(), topic_id)
    form = TopicForm(obj=found, data={"basis": basis_of(found)})
    return render_template("topics/form.html", form=form, topic=found)


@bp.post("/<id:topic_id>/edit", endpoint="change", needs=Role.EDITOR)
def change_topic(topic_id: int) -> ResponseReturnValue:
    """Change a topic's labels."""
    found = queries.get_topic(session(), topic_id)
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

    def stored() -> Form:
        return TopicForm(obj=found, data={"basis": basis_of(found)})

    return store(form, work, "topics/form.html", stored, topic=found)
