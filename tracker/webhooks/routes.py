"""The newsroom's webhooks, for chiefs and admins."""

from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.net.connections import Target
from tracker.net.ssrf_guard import Guard
from tracker.notifications import outbox
from tracker.notifications.models import Format, Reason, Webhook
from tracker.notifications.webhook_events import CHOICES, event_for
from tracker.web.access import Blueprint, current_actor
from tracker.web.database import app_settings, session, writing
from tracker.web.forms import collect_refusals
from tracker.web.i18n import gettext as _
from tracker.web.pages import toast
from tracker.webhooks import chat_services, queries, services
from tracker.webhooks.forms import FORMATS, HookForm, NewHookForm

bp = Blueprint("webhooks", __name__)

DELIVERIES_SHOWN: Final = 50


@bp.get("/settings/webhooks", needs=Role.CHIEF, or_role=Role.ADMIN)
def index() -> ResponseReturnValue:
    """All of them, with how they fare, and the form for another."""
    return _list(NewHookForm(None, data={"events": list(CHOICES), "format": Format.STANDARD}))


@bp.post("/settings/webhooks", needs=Role.CHIEF, or_role=Role.ADMIN)
def add() -> ResponseReturnValue:
    """Add one. Its secret is shown on the answer to this, and never again."""
    form, settings = NewHookForm(request.form), app_settings()
    if form.validate():
        guard = Guard(settings.webhook_private)
        given = {name: form[name].data for name in ("name", "url", "format", "events")}
        with collect_refusals(form):
            if form.format.data is Format.APPRISE:
                chat_services.check_receivers(form.url.data, guard)
            with writing() as current:
                webhook, secret = services.add(current, current_actor(), **given, guard=guard, secret_key=settings.secret_key)
                webhook_id = webhook.id
    if form.errors:
        return _list(form), 422
    return _one(webhook_id, secret=secret)


@bp.get("/settings/webhooks/<id:webhook_id>", needs=Role.CHIEF, or_role=Role.ADMIN)
def show(webhook_id: int) -> ResponseReturnValue:
    """One of them."""
    return _one(webhook_id)


@bp.post("/settings/webhooks/<id:webhook_id>", needs=Role.CHIEF, or_role=Role.ADMIN)
def change(webhook_id: int) -> ResponseReturnValue:
    """Change it, try it out, pause it, switch it on again, give it another secret, or remove it."""
    do = request.form.get("do", "save")
    if do == "save":
        return _save(webhook_id)
    if do == "secret":
        with writing() as current:
            webhook = services.get(current, webhook_id, lock=True)
            if not _is_signed(webhook):
                abort(422)
            secret = services.renew_secret(current, webhook, current_actor(), secret_key=app_settings().secret_key)
        return _one(webhook_id, secret=secret)
    acts = {
        "test": (services.send_test, _("A test is being sent.")),
        "pause": (services.pause, _("Paused.")),
        "resume": (services.resume, _("Resumed. It receives events from now on.")),
        "remove": (services.remove, _("Removed.")),
    }
    if do not in acts:
        abort(422)
    act, message = acts[do]
    with writing() as current:
        act(current, services.get(current, webhook_id, lock=True), current_actor())
    toast(message)
    return redirect(url_for("webhooks.index") if do == "remove" else url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/settings/webhooks/<id:webhook_id>/deliveries/<id:reminder_id>", needs=Role.CHIEF, or_role=Role.ADMIN)
def redeliver(webhook_id: int, reminder_id: int) -> ResponseReturnValue:
    """Send a message of the delivery log again."""
    with writing() as current:
        services.redeliver(current, services.get(current, webhook_id, lock=True), reminder_id, current_actor())
    toast(_("The message is being sent again."))
    return redirect(url_for("webhooks.show", webhook_id=webhook_id, _anchor="deliveries"), 303)


def _save(webhook_id: int) -> ResponseReturnValue:
    form = HookForm(request.form, data={"events": list(services.get(session(), webhook_id).events)})
    if not form.validate():
        return _one(webhook_id, form), 422
    with writing() as current:
        webhook = services.get(current, webhook_id, lock=True)
        services.change(current, webhook, current_actor(), name=form.name.data, events=form.events.data)
    toast(_("Saved."))
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


def _list(form: NewHookForm) -> str:
    return render_template("settings/webhooks.html", form=form, hooks=queries.hooks(session()), host=_host)


def _one(webhook_id: int, form: HookForm | None = None, secret: str = "") -> str:
    webhook = services.get(session(), webhook_id)
    deliveries = outbox.list_deliveries(session(), f"hook:{webhook_id}", "webhook", DELIVERIES_SHOWN)
    return render_template(
        "settings/webhook.html",
        webhook=webhook,
        host=_host(webhook),
        format=FORMATS[webhook.format],
        owner=session().get_one(Editor, webhook.owner_id),
        line=next(line for line in queries.hooks(session()) if line.row.id == webhook_id),
        form=form or HookForm(None, data={"name": webhook.name, "events": list(webhook.events)}),
        is_signed=_is_signed(webhook),
        secret=secret if _is_signed(webhook) else "",
        last=outbox.last_result(session(), f"hook:{webhook_id}", "webhook"),
        why=lambda row: Reason(row.reason).english,
        deliveries=deliveries.rows,
        has_more=deliveries.has_more,
        shown_most=DELIVERIES_SHOWN,
        event_of=lambda row: event_for(row.kind, row.step),
    )


def _is_signed(webhook: Webhook) -> bool:
    """Whether its messages are signed: those that Apprise sends are not, and need no secret."""
    return webhook.format is not Format.APPRISE


def _host(webhook: Webhook) -> str:
    """The one part of the address that is no secret."""
    if webhook.format is Format.APPRISE:
        return f"{chat_services.service_of(webhook.url)}://…"
    return Target.from_url(webhook.url).host
