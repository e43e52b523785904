"""What the scheduler runs for webhooks: sending, in a job of its own."""

from tracker.config import Settings
from tracker.notifications.jobs import Sending, Work
from tracker.webhooks.channel import DEADLINE, WebhookChannel
from tracker.webhooks.services import HOOKS_MOST


def build_jobs(settings: Settings) -> dict[str, Work]:
    """The job by its id. As many threads as there can be webhooks: one that does not answer delays no other."""
    return {"webhooks": Sending(WebhookChannel.from_settings(settings), workers=HOOKS_MOST, deadline=DEADLINE)}
