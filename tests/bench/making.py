"""Newsrooms of any size, made quickly and always alike: the same number gives the same bytes on every machine.

Rows go straight into their tables, and what the history would say of each goes into a chain that is true: `history verify --rows`
passes. About 5 events and 1.5 pieces of evidence a claim.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, Final
from zlib import crc32

from sqlalchemy import Boolean, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from tests.bench import words
from tracker import schema
from tracker.db import Base, Database, UTCDateTime, load_models
from tracker.ledger.chain import GENESIS, link
from tracker.search.folding import fold
from tracker.search.name_keys import name_key

TODAY: Final = date(2026, 3, 11)
START: Final = datetime(2024, 1, 2, 8, tzinfo=UTC)
EDITORS, TOPICS, PER_ARTICLE, PER_SPEAKER = 24, 40, 20, 25
# An owner and a topic of two claims in five: their groups fill a page in small newsrooms, too.
BUSY_OWNER, BUSY_TOPIC = 5, 7
_BATCH: Final = 500  # articles
_AS_JSON: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
Row = dict[str, Any]


def make(path: Path, claims: int) -> None:
    """A SQLite database with so many claims, in the place of whatever is there."""
    for each in (path, *path.parent.glob(f"{path.name}-*")):
        each.unlink(missing_ok=True)
    load_models()
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "cache_size=-400000", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        put_back = take_off(connection)
        connection.execute("BEGIN")
        for table, rows in Newsroom(claims).tables():
            _insert(connection, table, rows)
        for statement in put_back:
            connection.execute(statement)
        for each in ("claim", "article", "speaker"):
            connection.execute(f"INSERT INTO {each}_fts ({each}_fts) VALUES ('rebuild')")
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


def take_off(connection: sqlite3.Connection) -> list[str]:
    """Take off what makes inserting slow, and return the statements that put it back."""
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type"
    ).fetchall()
    for kind, name, _sql in found:
        connection.execute(f'DROP {kind} "{name}"')
    return [sql for _kind, _name, sql in found]


def _insert(connection: sqlite3.Connection, name: str, rows: list[Row]) -> None:
    if not rows:
        return
    columns = tuple(rows[0])
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT OR REPLACE INTO {name} ({', '.join(columns)}) VALUES ({marks})"
    connection.executemany(statement, [tuple(row.values()) for row in rows])


def moment(at: datetime) -> str:
    """As SQLite keeps it."""
    return at.isoformat(" ", "microseconds")[:26]


class Chain:
    """Events as they come, each bound to the one before."""

    def __init__(self) -> None:
        self.seq, self.tip, self.at = 0, GENESIS, START
        self.events: list[Row] = []
        self.texts: list[Row] = []

    def add(self, actor: str, subject: str, kind: str, data: dict[str, Any]) -> None:
        """One more event, a few seconds after the last."""
        self.seq += 1
        self.at += timedelta(seconds=11)
        texts: dict[str, dict[str, str]] = {}
        plain = self._parted(data, "", texts)
        stamp = moment(self.at)
        line = {
            "seq": self.seq,
            "at": f"{stamp[:10]}T{stamp[11:]}Z",
            "actor": actor,
            "subject": subject,
            "kind": kind,
            "data": plain,
        }
        # For whole numbers, plain keys and text this is RFC 8785, at a tenth of its time.
        canonical = _AS_JSON(line)
        tip = link(self.tip, canonical)
        self.events.append(
            {
                "seq": self.seq,
                "at": stamp,
                "actor": actor,
                "subject": subject,
                "kind": kind,
                "canonical": canonical,
                "prev_hash": self.tip,
                "hash": tip,
            }
        )
        if texts:
            self.texts.append({"seq": self.seq, "texts": _AS_JSON(texts)})
        self.tip = tip

    def _parted(self, data: dict[str, Any], path: str, texts: dict[str, dict[str, str]]) -> dict[str, Any]:
        found = {}
        for key, value in data.items():
            kind = type(value)
            if kind is Words:
                place = f"{path}.{key}" if path else key
                salt = f"{self.seq:016x}{crc32(place.encode()):016x}"
                texts[place] = {"salt": salt, "text": value}
                found[key] = {"sha256": sha256(f"{salt}{value}".encode()).hexdigest()}
            else:
                found[key] = self._parted(value, f"{path}.{key}" if path else key, texts) if kind is dict else value
        return found

    def take(self) -> tuple[list[Row], list[Row]]:
        """What came since this was called last."""
        taken = self.events, self.texts
        self.events, self.texts = [], []
        return taken


class Words(str):
    """Free text inside the data of an event."""

    __slots__ = ()


class Follower:
    """Makes rows of one table, and says of each what the history would."""

    def __init__(self, name: str) -> None:
        mapper = next(m for m in Base.registry.mappers if m.local_table is not None and m.local_table.name == name)
        table = mapper.local_table
        assert isinstance(table, Table)
        self.name = name
        self.empty: Row = {column.key: _default(column) for column in table.columns}
        followed = getattr(mapper.class_, "__history__", None)
        self.prefix = followed.name if followed else name
        self.plain = followed.plain if followed else ()
        self.texts = followed.texts if followed else ()
        self.switches = {column.key for column in table.columns if isinstance(column.type, Boolean)}
        self.moments = {column.key for column in table.columns if isinstance(column.type, UTCDateTime)}

    def row(self, **values: Any) -> Row:
        """A whole row."""
        return {**self.empty, **values}

    def said(self, row: Row) -> dict[str, Any]:
        """The followed fields of a row that are not empty."""
        found: dict[str, Any] = {field: row[field] for field in self.plain if row[field] not in (None, "")}
        for field in self.switches & found.keys():
            found[field] = bool(found[field])
        for field in self.moments & found.keys():
            found[field] = f"{found[field].replace(' ', 'T')}Z"
        found.update({field: Words(row[field]) for field in self.texts if row[field]})
        return found


def _default(column: Any) -> Any:
    if isinstance(column.default, ScalarElementColumnDefault):
        value = column.default.arg
        return value.isoformat() if isinstance(value, date) else int(value) if isinstance(value, bool) else value
    return None


class Newsroom:
    """All rows of a newsroom with so many claims, table by table in batches."""

    def __init__(self, claims: int) -> None:
        self.claims = claims
        self.chance = Random(20240311)
        self.chain = Chain()
        self.of = {
            name: Follower(name)
            for name in (
                "editor",
                "topic",
                "speaker",
                "article",
                "article_text",
                "claim",
                "evidence",
                "verdict",
                "verdict_decision",
                "claim_topic",
                "claim_search",
                "article_search",
                "speaker_search",
                "claim_check",
            )
        }
        self.names: dict[int, str] = {}
        self.out: dict[str, list[Row]] = {}
        self.number = dict.fromkeys(("claim", "evidence", "verdict"), 0)

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """Everything, in an order that keys allow."""
        self._people()
        yield from self._taken()
        articles = -(-self.claims // PER_ARTICLE)
        for first in range(1, articles + 1, _BATCH):
            for number in range(first, min(first + _BATCH, articles + 1)):
                self._article(number)
            yield from self._taken()
        yield "chain_head", [{"id": 1, "seq": self.chain.seq, "hash": self.chain.tip}]

    def _taken(self) -> Iterator[tuple[str, list[Row]]]:
        events, texts = self.chain.take()
        taken, self.out = self.out, {}
        yield from taken.items()
        yield "event", events
        yield "event_texts", texts

    def _put(self, table: str, **values: Any) -> Row:
        row = self.of[table].row(**values)
        self.out.setdefault(table, []).append(row)
        return row

    def _record(self, actor: str, subject: str, kind: str, table: str, row: Row) -> None:
        self.chain.add(actor, subject, kind, {"set": self.of[table].said(row)})

    def _people(self) -> None:
        at = moment(START)
        for n in range(1, EDITORS + 1):
            name, key = words.name(self.chance), f"u{n:063}"
            row = self._put("editor", id=n, email=f"e{n}@example.org", name=name, fs_uniquifier=key, active=1, created_at=at)
            self._record("system", f"editor:{n}", "editor.created", "editor", row)
        for n in range(1, TOPICS + 1):
            en, fr = f"Topic {n}", f"Sujet {n}"
            keys = {"label_en_key": name_key(en), "label_fr_key": name_key(fr)}
            row = self._put("topic", id=n, key=f"topic-{n}", label_en=en, label_fr=fr, **keys)
            self._record("system", f"topic:{n}", "topic.created", "topic", row)
        for n in range(1, self.claims // PER_SPEAKER + 20):
            name = words.name(self.chance)
            self.names[n] = name
            more = {"name_key": name_key(name), "affiliation": f"Ministry {n % 50}", "created_at": at}
            row = self._put("speaker", id=n, kind="person", name=name, **more)
            self._put("speaker_search", speaker_id=n, folded=fold(name, row["affiliation"]))
            self._record("system", f"speaker:{n}", "speaker.created", "speaker", row)

    def _article(self, number: int) -> None:
        language = "fr" if number % 2 else "en"
        day = date(2024, 1, 2) + timedelta(days=number % 700)
        where = words.name(self.chance).split()[0]
        title = f"{'Ce qui attend' if language == 'fr' else 'What awaits'} {where}, {number}"
        outlet = self.chance.choice(words.OUTLETS)
        at = moment(self.chain.at)
        row = self._put("article", id=number, title=title, outlet=outlet, url=f"https://news.example/{number}", language=language,
                        published_on=day.isoformat(), is_sample=0, version=1, created_at=at, created_by_id=1)  # fmt: skip
        self._put("article_search", article_id=number, folded=fold(title, outlet))
        self._record("editor:1", f"article:{number}", "article.created", "article", row)
        said = [words.claim(self.chance, language, where) for _ in range(PER_ARTICLE)]
        body = "\n\n".join(each.quote for each in said)
        digest = sha256(body.encode()).hexdigest()
        text = self._put("article_text", id=number, article_id=number, number=1, body=body, sha256=digest, received_at=at)
        data = {"row": f"article_text:{number}", "set": self.of["article_text"].said(text)}
        self.chain.add("editor:1", f"article:{number}", "article.text", data)
        start = 0
        for paragraph, each in enumerate(said, 1):
            if self.number["claim"] < self.claims:
                self._claim(number, language, day, each, paragraph, start)
            start += len(each.quote) + 2

    def _claim(self, article: int, language: str, day: date, said: words.Said, paragraph: int, start: int) -> None:
        self.number["claim"] = n = self.number["claim"] + 1
        chance, fate = self.chance, _FATES[n * 7919 % 1000]
        review = _review_day(fate, chance)
        speaker = chance.randint(1, len(self.names)) if n % 4 else None
        owner = (BUSY_OWNER if n % 5 < 3 else chance.randint(2, EDITORS)) if n % 5 else None
        at = moment(self.chain.at)
        row = self._put(
            "claim", id=n, article_id=article, is_sample=0, statement=said.statement, language=language, quote=said.quote,
            quote_kind="verbatim", quote_language=language, text_number=1, paragraph=paragraph, quote_start=start,
            quote_end=start + len(said.quote), speaker_id=speaker, attribution="stated" if speaker else "article",
            hedge=said.hedge, certainty="hedged", likelihood_low=55, likelihood_high=80, confirmed_if=said.confirmed_if,
            refuted_if=said.refuted_if, criteria_set_on=day.isoformat(), criteria_retrospective=0, made_on=day.isoformat(),
            deadline_on=(review - timedelta(days=1)).isoformat(), deadline_source="stated", review_on=review.isoformat(),
            status="draft", version=1, due_cycle=0, owner_id=owner, created_at=at, created_by_id=1, updated_at=at,
            remind_on="2030-01-01", remind_cycle=1,
        )  # fmt: skip
        topic = BUSY_TOPIC if n % 7 < 3 else n * 31 % TOPICS + 1
        name = f"claim:{n}"
        data = {"set": self.of["claim"].said(row), "version": 1, "topics": [topic]}
        self.chain.add("editor:1", name, "claim.created", data)
        if fate not in ("draft", "withdrawn"):
            self._move(row, "track", "editor:1", status="open", due_cycle=1)
        if fate == "withdrawn":
            self._move(row, "withdraw", "editor:2", status="withdrawn", withdraw_reason="too_vague", restore_to="draft")
        for _ in range(1 + n % 2 if fate != "draft" else 0):
            self._evidence(row, language)
        if fate in ("due", "proposed", "resolved"):
            moved = {"set": {"status": "due"}, "was": {"status": "open"}, "cycle": 1}
            self.chain.add("system", name, "claim.flag", moved)
            row["status"] = "due"
        if fate in ("proposed", "resolved"):
            self._verdict(row, said.rationale, signed=fate == "resolved")
        row["updated_at"] = moment(self.chain.at)
        self._put("claim_topic", topic_id=topic, claim_id=n, status=row["status"], review_on=row["review_on"])
        spoken = [self.names[speaker]] if speaker else []
        self._put("claim_search", claim_id=n, folded=fold(row["statement"], row["quote"], *spoken))

    def _move(self, row: Row, move: str, actor: str, *, also: dict[str, Any] | None = None, **changes: Any) -> None:
        data: dict[str, Any] = {"set": changes, "was": {key: row[key] for key in changes}, "version": row["version"] + 1}
        row.update(changes, version=row["version"] + 1)
        self.chain.add(actor, f"claim:{row['id']}", f"claim.{move}", data | ({"also": also} if also else {}))

    def _evidence(self, claim: Row, language: str) -> None:
        self.number["evidence"] = n = self.number["evidence"] + 1
        title = "Communiqué du ministère" if language == "fr" else "Statement of the ministry"
        row = self._put(
            "evidence", id=n, claim_id=claim["id"], about="claim", url=f"https://gazette.example/{language}/{n}",
            title=f"{title} {n}", publisher="Gazette", published_on="2024-06-01", source_kind="official",
            stance="contradicts" if n % 4 == 0 else "supports", visibility="internal" if n % 11 == 0 else "public",
            added_at=moment(self.chain.at), added_by_id=2,
        )  # fmt: skip
        claim["version"] += 1
        data = {"row": f"evidence:{n}", "set": self.of["evidence"].said(row), "version": claim["version"]}
        self.chain.add("editor:2", f"claim:{claim['id']}", "evidence.add", data)

    def _verdict(self, claim: Row, rationale: str, *, signed: bool) -> None:
        self.number["verdict"] = n = self.number["verdict"] + 1
        outcome = _OUTCOMES[n % len(_OUTCOMES)]
        known = claim["review_on"]
        row = self._put(
            "verdict", id=n, claim_id=claim["id"], number=1, proposal_kind="verdict", outcome=outcome, verdict_kind="first",
            rationale=rationale, known_on=known, occurred_from=known if outcome == "confirmed" else None, is_scored=1,
            occurred_after_deadline=0, proposed_by_id=n % 11 + 2, proposed_at=moment(self.chain.at),
        )  # fmt: skip
        also = {f"verdict:{n}": {"set": self.of["verdict"].said(row)}}
        changes = {"status": "proposed", "proposal_id": n, "recall_to": "due"}
        self._move(claim, "propose", f"editor:{n % 11 + 2}", also=also, **changes)
        if signed:
            decided = self._put(
                "verdict_decision",
                id=n,
                verdict_id=n,
                decision="signed",
                decided_by_id=n % 11 + 13,
                decided_at=moment(self.chain.at),
            )
            also = {f"decision:{n}": {"set": self.of["verdict_decision"].said(decided)}}
            changes = {"status": "resolved", "proposal_id": None, "recall_to": None, "signed_verdict_id": n}
            self._move(claim, "sign", f"editor:{n % 11 + 13}", also=also, **changes)


_OUTCOMES: Final = ("confirmed", "refuted", "confirmed", "partly_confirmed", "unresolvable", "refuted", "void")
# What becomes of a thousand claims.
_FATES: Final = [
    fate
    for fate, many in (
        ("due", 150),
        ("week", 15),
        ("proposed", 15),
        ("month", 40),
        ("later", 150),
        ("draft", 15),
        ("withdrawn", 15),
        ("resolved", 600),
    )
    for _ in range(many)
]


def _review_day(fate: str, chance: Random) -> date:
    if fate == "week":
        return TODAY + timedelta(days=chance.randint(0, 6))
    if fate == "month":
        return TODAY + timedelta(days=chance.randint(7, 30))
    if fate == "later":
        return TODAY + timedelta(days=chance.randint(31, 900))
    return TODAY - timedelta(days=chance.randint(1, 600))
