"""Preparing a demonstration: an empty folder becomes a newsroom with sample data; a prepared one is left as it is."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from tracker import paths, schema
from tracker.accounts import demo
from tracker.accounts.roles import Role
from tracker.articles.models import Article
from tracker.claims.search import indexing as words
from tracker.config import Settings
from tracker.db import Database
from tracker.ledger import Actor
from tracker.newsroom import settings as newsroom
from tracker.publishing import services as publishing
from tracker.samples import seeds
from tracker.scheduling import jobs

SYSTEM_EDITOR = Actor(None, frozenset({Role.SYSTEM, Role.EDITOR}))


def settings_from(environ: Mapping[str, str]) -> Settings:
    """The settings of a demonstration: those of the environment, in a folder of its own where it names none."""
    home = environ.get("TRACKER_HOME", "").strip() or str(paths.default_home().with_name("tracker-demo"))
    return Settings.from_env({**environ, "TRACKER_HOME": home}, demo=True)


def _publish_sample(database: Database) -> None:
    """Make the sample article public, so that readers' pages have something to show. Doing it twice does nothing."""
    with database.writing() as session:
        for article_id in session.scalars(select(Article.id).where(Article.is_sample).order_by(Article.id)).all():
            if publishing.load_publication(session, article_id) is None:
                publishing.publish(session, article_id, actor=SYSTEM_EDITOR)


def prepare(database: Database, settings: Settings, *, say: Callable[[str], None]) -> list[demo.WayIn]:
    """Migrate, load the sample, let its editors in and flag what is due; returns the ways in. Raises Refusal for real data."""
    if schema.state(database).current is None:
        say("Making the database …")
    else:
        # Before anything is changed in it, even by a migration.
        with database.writing() as session:
            demo.claim_database(session)
    schema.upgrade(database)
    with database.writing() as session:
        demo.claim_database(session)
        newsroom.seed_timezone(session, settings.timezone)
    words.fill(database)
    loaded = seeds.seed(database, [*seeds.default_files(), *seeds.demonstration_files()])
    for title in loaded.articles:
        say(f"Loaded: {title}")
    with database.writing() as session:
        demo.open_ways_in(session)
    jobs.flag_due(database, jobs.newsroom_day(database))
    _publish_sample(database)
    with database.reading() as session:
        return demo.ways_in(session)
