"""Adding webhooks and looking after them. The caller owns the transaction; what is sent is the dispatcher's affair."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Iterable
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker import clock, ledger, validation
from tracker.accounts.models import Editor
from tracker.errors import N_, Forbidden, Invalid, NotFound
from tracker.ledger import Actor, Text, reading
from tracker.net.connections import Target
from tracker.net.ssrf_guard import Guard
from tracker.notifications import outbox
from tracker.notifications.models import Format, Paused, Webhook
from tracker.notifications.outbox import PendingMessage
from tracker.notifications.steps import Kind
from tracker.notifications.webhook_events import CHOICES, Event
from tracker.notifications.webhook_targets import MAY_OWN, can_own
from tracker.urls import check_link
from tracker.webhooks import chat_services
from tracker.webhooks.chat_services import refuse_unusable_url

PREFIX: Final = "whsec_"
HOOKS_MOST: Final = 10  # each has a thread of its own when it is sent something
NAME_MAX: Final = 120


def secret_of(secret_key: str, webhook_id: int, salt: str) -> str:
    """The secret of a webhook as its receiver is given it. Another salt makes another, and so does another key."""
    derived = hmac.new(secret_key.encode(), f"webhook:{webhook_id}:{salt}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(derived).decode()


def get(session: Session, webhook_id: int, *, lock: bool = False) -> Webhook:
    """A webhook that is there. Raises NotFound."""
    query = select(Webhook).where(Webhook.id == webhook_id, Webhook.removed_at.is_(None))
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound()
    return found


def add(
    session: Session,
    actor: Actor,
    *,
    name: str,
    url: str,
    format: Format,  # noqa: A002  (the column's name)
    events: Iterable[str],
    guard: Guard,
    secret_key: str,
) -> tuple[Webhook, str]:
    """Add a webhook, which receives events from now on. Return it and its secret, which is shown this once.

    Raises Invalid, naming the field, for what cannot be taken, and Forbidden but for chiefs and admins.
    """
    _need_right(actor)
    if actor.editor_id is None:
        raise Forbidden(N_("Your role does not allow this."))
    there = session.scalar(select(func.count()).select_from(Webhook).where(Webhook.removed_at.is_(None))) or 0
    if there >= HOOKS_MOST:
        raise Invalid(N_("You can have up to %(most)s webhooks. Remove one first."), most=HOOKS_MOST)
    form = validation.word(format, Format, "format")
    webhook = Webhook(
        name=_name(name),
        url=chat_services.check_address(url, guard) if form is Format.APPRISE else _url(url, guard),
        format=form,
        events=_events(events),
        owner_id=actor.editor_id,
        salt=secrets.token_hex(16),
        seen_seq=reading.head(session).seq,
    )
    session.add(webhook)
    session.flush()
    _record(session, webhook, "webhook.added", actor, {"events": list(webhook.events), "format": webhook.format.value})
    return webhook, secret_of(secret_key, webhook.id, webhook.salt)


def change(session: Session, webhook: Webhook, actor: Actor, *, name: str, events: Iterable[str]) -> None:
    """Change its name or events. Another address is another webhook. An event that it has stays allowed, whatever its name."""
    _need_right(actor)
    name, wanted = _name(name), _events(events, kept=webhook.events)
    if (name, set(wanted)) == (webhook.name, set(webhook.events)):
        return
    webhook.name, webhook.events = name, wanted
    _record(session, webhook, "webhook.changed", actor, {"events": wanted})


def renew_secret(session: Session, webhook: Webhook, actor: Actor, *, secret_key: str) -> str:
    """Give it another secret, from its next message on; returned to be shown this once."""
    _need_right(actor)
    webhook.salt = secrets.token_hex(16)
    _record(session, webhook, "webhook.secret", actor)
    return secret_of(secret_key, webhook.id, webhook.salt)


def pause(session: Session, webhook: Webhook, actor: Actor) -> None:
    """Tell it nothing until it is switched on again."""
    _need_right(actor)
    if webhook.paused_at is None:
        webhook.paused_at, webhook.paused_because = clock.now(), Paused.BY_HAND
        _record(session, webhook, "webhook.paused", actor)


def resume(session: Session, webhook: Webhook, actor: Actor) -> None:
    """Resume deliveries from now on. The actor becomes the owner if the present one may not own webhooks any more."""
    _need_right(actor)
    owner = session.get_one(Editor, webhook.owner_id)
    if not can_own(owner) and actor.editor_id is not None:
        webhook.owner_id = actor.editor_id
    elif webhook.paused_at is None:
        return
    webhook.paused_at = webhook.paused_because = webhook.failing_since = None
    webhook.seen_seq = reading.head(session).seq
    _record(session, webhook, "webhook.resumed", actor)


def remove(session: Session, webhook: Webhook, actor: Actor) -> None:
    """Take it away for good; its address and secret are forgotten."""
    _need_right(actor)
    _record(session, webhook, "webhook.removed", actor)
    webhook.removed_at, webhook.url, webhook.salt = clock.now(), "", ""


def send_test(session: Session, webhook: Webhook, actor: Actor) -> None:
    """Enqueue a test message. A second click within a minute sends no second one."""
    _need_right(actor)
    at = clock.now()
    key = f"hook:{webhook.id}"
    outbox.enqueue(session, [PendingMessage(Kind.TEST, key, key, "webhook", 0, f"{at:%Y-%m-%dT%H:%M}", at)], at)


def redeliver(session: Session, webhook: Webhook, reminder_id: int, actor: Actor) -> None:
    """Send a message of its delivery log again. Raises Forbidden, and Conflict for one that is not in the log."""
    _need_right(actor)
    outbox.redeliver(session, reminder_id, f"hook:{webhook.id}", clock.now())


def pause_all_of(session: Session, editor_id: int, actor: Actor) -> None:
    """Pause the webhooks of a disabled editor; another chief can resume them. For `open_work.on_editor_disabled`."""
    theirs = session.scalars(
        select(Webhook).where(Webhook.owner_id == editor_id, Webhook.removed_at.is_(None), Webhook.paused_at.is_(None))
    ).all()
    for webhook in theirs:
        webhook.paused_at, webhook.paused_because = clock.now(), Paused.OWNER_LEFT
        _record(session, webhook, "webhook.paused", actor)


def _record(session: Session, webhook: Webhook, kind: str, actor: Actor, data: dict[str, object] | None = None) -> None:
    # Not the address: those of chat programs are as good as a password.
    ledger.record(session, f"webhook:{webhook.id}", kind, actor=actor, data={"name": Text(webhook.name), **(data or {})})


def _need_right(actor: Actor) -> None:
    if not actor.roles & MAY_OWN:
        raise Forbidden(N_("Your role does not allow this."))


def _name(given: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", given).split())
    if not name or any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in name):
        raise Invalid(N_("Give a name."), field="name")
    if len(name) > NAME_MAX:
        raise Invalid(N_("A name has at most %(most)s characters."), field="name", most=NAME_MAX)
    return name


def _url(given: str, guard: Guard) -> str:
    url = given.strip()
    check_link(url, "url")
    with refuse_unusable_url():
        guard.check_written(Target.from_url(url).host)
    return url


def _events(given: Iterable[str], kept: Iterable[str] = ()) -> list[str]:
    wanted = {str(each) for each in given}
    if not wanted or not wanted <= {*(event.value for event in CHOICES), *kept}:
        raise Invalid(N_("Choose at least one."), field="events")
    known = [event.value for event in Event]
    return [each for each in dict.fromkeys((*known, *kept)) if each in wanted]
