"""What every process of Tracker connects before it works: web, scheduler and commands alike."""

from tracker.accounts.events import DESCRIPTORS as ACCOUNTS
from tracker.articles.events import DESCRIPTORS as ARTICLES
from tracker.claims.events import DESCRIPTORS as CLAIMS
from tracker.imports.events import DESCRIPTORS as IMPORTS
from tracker.ledger import descriptors
from tracker.ledger.events import DESCRIPTORS as LEDGER
from tracker.newsroom.events import DESCRIPTORS as NEWSROOM
from tracker.webhooks.ledger_events import DESCRIPTORS as WEBHOOKS

EVENTS = (LEDGER, ACCOUNTS, NEWSROOM, ARTICLES, CLAIMS, IMPORTS, WEBHOOKS)


def wire() -> None:
    """Register the events of all packages with the ledger. Doing it twice does nothing."""
    for each in EVENTS:
        descriptors.register(each)
