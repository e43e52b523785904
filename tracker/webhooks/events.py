"""Descriptors of the ledger's events about webhooks. (`events` lists what a webhook can be sent.)"""

from tracker.accounts.events import ACCOUNTS
from tracker.errors import N_
from tracker.ledger.descriptors import Descriptors, EventKind, Member, RowKind
from tracker.ledger.formatters import text_field
from tracker.ledger.text_stores import column_store
from tracker.notifications.models import Webhook

_NAME = (Member("name", text_field(N_("Name"))),)

DESCRIPTORS = Descriptors(
    events=(
        EventKind("webhook.added", N_("added a webhook"), ACCOUNTS, members=_NAME),
        EventKind("webhook.changed", N_("changed a webhook"), ACCOUNTS, members=_NAME),
        EventKind("webhook.secret", N_("renewed a webhook’s secret"), ACCOUNTS, members=_NAME),
        EventKind("webhook.paused", N_("paused a webhook"), ACCOUNTS, members=_NAME),
        EventKind("webhook.resumed", N_("resumed a webhook"), ACCOUNTS, members=_NAME),
        EventKind("webhook.removed", N_("removed a webhook"), ACCOUNTS, members=_NAME),
    ),
    rows=(RowKind("webhook", N_("webhook %(number)s")),),
    stores=(column_store(N_("Webhook"), Webhook.name, Webhook.url, Webhook.said),),
)
