"""What every process of Tracker connects before it works: web, scheduler and commands alike."""

from functools import partial

from tracker.accounts import invitations
from tracker.accounts.events import DESCRIPTORS as ACCOUNTS
from tracker.accounts.open_work import count_open_work, on_editor_disabled, release_open_work
from tracker.articles import search_index as article_index
from tracker.articles.events import DESCRIPTORS as ARTICLES
from tracker.articles.services import on_day_changed
from tracker.claims.events import DESCRIPTORS as CLAIMS
from tracker.claims.hooks import on_dispute_opened, on_note_added
from tracker.claims.search import indexing as claim_index
from tracker.claims.services import open_work as claims_open_work
from tracker.imports.events import DESCRIPTORS as IMPORTS
from tracker.intake import stored_readings
from tracker.intake.events import DESCRIPTORS as INTAKE
from tracker.ledger import descriptors, recording
from tracker.ledger.events import DESCRIPTORS as LEDGER
from tracker.newsroom.events import DESCRIPTORS as NEWSROOM
from tracker.notifications import feed_tokens, in_app, planning
from tracker.notifications.events import DESCRIPTORS as NOTIFICATIONS
from tracker.public.reports import on_report_received
from tracker.publishing import public_copy
from tracker.publishing.events import DESCRIPTORS as PUBLISHING
from tracker.publishing.reports import tell_newsroom
from tracker.scheduling.events import DESCRIPTORS as SCHEDULING
from tracker.scores import cells as score_cells
from tracker.webhooks import producer
from tracker.webhooks import services as webhooks
from tracker.webhooks.events import DESCRIPTORS as WEBHOOKS

# After the projector, which decides what readers see.
ANNOUNCE = partial(producer.announce, find_published=public_copy.find_published_verdicts)

EVENTS = (LEDGER, ACCOUNTS, NEWSROOM, ARTICLES, CLAIMS, IMPORTS, INTAKE, NOTIFICATIONS, SCHEDULING, WEBHOOKS, PUBLISHING)


def wire() -> None:
    """Register the events of all packages with the ledger and their hooks with each other. Doing it twice does nothing."""
    for each in EVENTS:
        descriptors.register(each)
    for update in (article_index.on_seal, claim_index.on_seal, score_cells.update_cells, public_copy.on_seal, ANNOUNCE):
        recording.before_seal(update)
    for end in (invitations.withdraw_all_of, feed_tokens.revoke_all_of, webhooks.pause_all_of, stored_readings.release_all_of):
        on_editor_disabled.register(end)
    on_day_changed.register(stored_readings.move_deadlines)
    count_open_work.register(claims_open_work.count_open_work)
    release_open_work.register(claims_open_work.release_open_work)
    planning.register(producer)
    on_report_received.register(tell_newsroom)
    on_note_added.register(in_app.notify_mentioned)
    on_dispute_opened.register(in_app.notify_proposer)
