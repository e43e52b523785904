"""Free text of notifications, for erasing. Their only events are those of accounts."""

from tracker.errors import N_
from tracker.ledger.descriptors import Descriptors
from tracker.ledger.text_stores import column_store
from tracker.notifications.models import Reminder

DESCRIPTORS = Descriptors(stores=(column_store(N_("Reminder"), Reminder.detail),))
