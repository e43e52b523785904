"""Free text of publication that is no copy of the desk's, for erasing. The public copies follow the events of erasing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.slugs import slug
from tracker.errors import N_
from tracker.ledger.text_stores import EventData, StoredText, TextStore, column_store
from tracker.public.models import Publication, Report
from tracker.publishing.models import ReportMail


def _find_slugs(session: Session, words: str) -> list[StoredText]:
    wanted = slug(words)
    if not wanted:
        return []
    query = select(Publication.article_id).where(Publication.slug.contains(wanted, autoescape=True))
    return [StoredText(f"publication:{number}", f"article:{number}") for number in session.scalars(query)]


def _shorten_addresses(session: Session, _words: str, chosen: list[StoredText]) -> EventData:
    """Leave the number alone in the address; it is what finds the page."""
    for each in chosen:
        row = session.scalars(select(Publication).where(Publication.article_id == int(each.row.partition(":")[2]))).one()
        row.slug = ""
    session.flush()
    return {each.subject: {} for each in chosen}


STORES = (
    TextStore(N_("Address of a public page"), frozenset({"publication.slug"}), _find_slugs, _shorten_addresses),
    column_store(
        N_("Line that readers find where an article was"),
        Publication.offline_line,
        subject=lambda row: f"article:{row.article_id}",
    ),
    column_store(N_("Report from a reader"), Report.name, Report.email, Report.body, Report.answer),
    column_store(N_("E-mail about a report"), ReportMail.address, ReportMail.fault),
)
