"""Newsrooms of which only the readers' tables are filled: a public claim in so many, from the body of one that was projected."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import select

from tests.bench import making
from tests.factories import make_article, make_check, make_claim, make_speaker, make_topic
from tracker import schema, wiring
from tracker.claims.enums import Attribution, Outcome, SpeakerKind, Visibility
from tracker.db import Database, load_models
from tracker.ledger import SYSTEM
from tracker.newsroom import settings
from tracker.public import search
from tracker.public.models import Publication, PublicClaim
from tracker.publishing import services

PER_ARTICLE: Final = 16
PER_SPEAKER: Final = 25
TOPICS: Final = 40
BUSY_TOPIC: Final = 1  # two claims in five
OUTCOMES: Final = ("confirmed", "refuted", "partly_confirmed")
QUOTE: Final = "We will sign it in autumn, if both agree."
_BATCH: Final = 20_000


def make(path: Path, claims: int) -> None:
    """A SQLite database whose readers see so many claims, in the place of whatever is there."""
    for each in (path, *path.parent.glob(f"{path.name}-*")):
        each.unlink(missing_ok=True)
    load_models()
    wiring.wire()
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    article, body = _project_one(database)
    database.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-400000", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        put_back = making.take_off(connection)
        connection.execute("BEGIN")
        for table in ("public_change", "public_topic", "public_search", "public_claim", "publication"):
            connection.execute(f"DELETE FROM {table}")
        _copy_articles(connection, claims, article)
        for start in range(1, claims + 1, _BATCH):
            _write(connection, list(_claims(range(start, min(start + _BATCH, claims + 1)), body)))
        for statement in put_back:
            connection.execute(statement)
        connection.execute("INSERT INTO public_fts (public_fts) VALUES ('rebuild')")
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


def moment_of(claim: int) -> datetime:
    """When a claim changed last."""
    return making.START + timedelta(seconds=37 * claim)


def _project_one(database: Database) -> tuple[str, dict[str, Any]]:
    """The bodies of an article and of a claim with sources, a check and a verdict, as the projection writes them."""
    article = make_article(database, title="What the summit will bring")
    topic = make_topic(database, "Trade", "Commerce")
    house = make_speaker(database, "The Institute", kind=SpeakerKind.ORGANISATION, affiliation="Research on trade")
    given = {"speaker_id": house.id, "attribution": Attribution.STATED, "topics": [topic], "outcome": Outcome.CONFIRMED}
    claim = make_claim(database, "resolved", article=article, quote=QUOTE, quote_kind="paraphrase", **given)
    make_check(database, claim, visibility=Visibility.PUBLIC)
    with database.writing() as session:
        settings.change(session, SYSTEM, speaker_pages="organisation", name="The House")
        services.publish(session, article.id, actor=SYSTEM)
    with database.reading() as session:
        found = session.execute(
            select(Publication.body, PublicClaim.body.label("claim"))
            .join(PublicClaim, PublicClaim.article_id == Publication.article_id)
            .where(PublicClaim.claim_id == claim.id)
        ).one()
    return found.body, json.loads(found.claim)


def _copy_articles(connection: sqlite3.Connection, claims: int, body: str) -> None:
    columns = [row[1] for row in connection.execute("PRAGMA table_info(article)") if row[1] != "id"]
    numbers = range(1, (claims + PER_ARTICLE - 1) // PER_ARTICLE + 1)
    names = ", ".join(columns)
    connection.executemany(
        f"INSERT OR IGNORE INTO article (id, {names}) SELECT ?, {names} FROM article WHERE id = 1", ((n,) for n in numbers)
    )
    at = making.moment(making.START)
    connection.executemany(
        "INSERT INTO publication (article_id, state, slug, published_at, body, etag) VALUES (?, 'public', ?, ?, ?, ?)",
        ((n, f"what-the-summit-will-bring-{n}", at, body, f"{n:016x}") for n in numbers),
    )


def _claims(numbers: range, body: dict[str, Any]) -> Iterator[tuple[int, Any, str, str, int, dict[str, Any]]]:
    """Number, moment, JSON, folded words, topic and body of each claim."""
    for n in numbers:
        chance = Random(n)
        topic = BUSY_TOPIC if n % 5 < 2 else 2 + n % (TOPICS - 1)
        rare = f" {chance.choice(('Lisbon', 'Tallinn', 'Oslo'))}{n % 5_000}"
        own = {
            **body,
            "id": n,
            "article": (n - 1) // PER_ARTICLE + 1,
            "statement": f"The council will open a school in district {n}, and sign its agreement with{rare}.",
            "speaker": {**body["speaker"], "id": (n - 1) // PER_SPEAKER + 1},
            "topics": [{"id": topic, "key": f"topic-{topic}", "en": f"Topic {topic}", "fr": f"Thème {topic}"}],
            "verdicts": [{**each, "id": n, "outcome": OUTCOMES[n % 3]} for each in body["verdicts"]],
        }
        at = moment_of(n)
        text = json.dumps(own, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield n, at, text, search.fold_texts((own["statement"], own["quote"]["text"])), topic, own


def _write(connection: sqlite3.Connection, rows: list[tuple[int, Any, str, str, int, dict[str, Any]]]) -> None:
    connection.executemany(
        "INSERT INTO public_claim (claim_id, article_id, position, speaker_id, state, outcome, changed_at, body, etag)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (n, own["article"], n, own["speaker"]["id"], OUTCOMES[n % 3], OUTCOMES[n % 3], making.moment(at), text, f"{n:016x}")
            for n, at, text, _words, _topic, own in rows
        ),
    )
    connection.executemany("INSERT INTO public_search (claim_id, folded) VALUES (?, ?)", ((row[0], row[3]) for row in rows))
    connection.executemany("INSERT INTO public_topic (topic_id, claim_id) VALUES (?, ?)", ((row[4], row[0]) for row in rows))
    connection.executemany(
        "INSERT INTO public_change (at, article_id, claim_id, kind, ref, line) VALUES (?, ?, ?, ?, ?, '')",
        (
            (making.moment(at), own["article"], n, "correction" if n % 10 == 0 else "signed", f"verdict:{n}")
            for n, at, _text, _words, _topic, own in rows
        ),
    )
