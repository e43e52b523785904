"""Put a mark round every text that people wrote, in the rows of a newsroom, to find it again on pages.

The mark holds a character that changes the direction of writing, and a word of 300 letters. Rows are changed in place, as older
versions stored what is refused today; on SQLite alone, after its triggers are dropped.
"""

import json
from typing import Any, Final

import sqlalchemy as sa

from tests.support.newsroom import Newsroom
from tracker.db import Base

OPEN: Final = "⟦"
CLOSE: Final = "⟧"
LONG_WORD: Final = "w" * 300
_REVERSED: Final = "\u202e"  # all that follows is written from right to left
_HEBREW: Final = (
    "\u05d0"  # names and labels are refused with the first; a letter of a script from right to left is none the worse
)

# Columns that hold what a person or a foreign file wrote.
FREE_TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "editor": ("name",),
    "speaker": ("name", "affiliation"),
    "speaker_alias": ("name",),
    "topic": ("label_en", "label_fr"),
    "article": ("title", "outlet", "author"),
    "invitation": ("name",),
    "saved_view": ("name",),
    "webhook": ("name", "said"),
    "api_token": ("name",),
    "passkey": ("name",),
    "desk": ("name",),
    "import_job": ("name",),
    "import_mapping": ("name",),
    "claim": ("statement", "hedge", "condition", "confirmed_if", "refuted_if"),
    "claim_translation": ("statement", "confirmed_if", "refuted_if", "condition"),
    "claim_check": ("where_looked", "queries", "found"),
    "evidence": ("document", "title", "publisher", "locator", "note", "withdrawn_because"),
    "note": ("body",),
    "verdict": ("rationale", "missing"),
    "postscript": ("body",),
    "verdict_decision": ("note",),
    "report": ("name", "body", "answer"),
    "article_source": ("title", "author", "outlet", "file_name"),
    "candidate": ("statement", "speaker_name", "hedge", "confirmed_if", "refuted_if"),
    "publication": ("offline_line",),
    "name_clearance": ("reason",),
    # Marked in ways of their own, below.
    "article_text": ("body",),
    "event_texts": ("texts",),
    "setting": ("value",),
}
_OWN_WAYS: Final = frozenset({"article_text", "event_texts", "setting"})

# Names and labels of one line, which may hold no character that changes the direction of what follows.
LABELS: Final = frozenset(
    {"name", "affiliation", "label_en", "label_fr", "title", "outlet", "author", "publisher", "document", "locator"}
)

# Columns with keys, addresses, hashes, numbers and machine-made JSON: shown as they are or not at all.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "api_token": ("token_hash", "scopes"),
    "api_request": ("key", "body_sha256", "location", "body"),
    "article": ("external_id", "url", "url_key", "language"),
    "article_source": (
        "state", "url", "host", "problem", "final_url", "media_type", "charset", "sha256", "packed", "body",
    ),
    "article_reading": ("language", "note"),
    "article_search": ("folded",),
    "candidate": ("criteria_kind", "topic_ids"),
    "candidate_cue": ("name",),
    "chain_head": ("hash",),
    "claim": ("external_id", "language", "quote", "quote_language", "recall_to", "restore_to"),
    "claim_search": ("folded",),
    "claim_topic": ("status",),
    "claim_translation": ("language",),
    "editor": (
        "email", "password", "language", "theme", "fs_uniquifier", "tf_primary_method", "tf_totp_secret", "mf_recovery_codes",
    ),
    "editor_session": ("sid_hash", "ended_because", "user_agent", "address"),
    "event": ("actor", "subject", "kind", "canonical", "prev_hash", "hash"),
    "evidence": ("url", "archive_url"),
    "external_identity": ("issuer", "subject"),
    "form_token": ("token", "location"),
    "import_bad_row": ("cells", "problems"),
    "import_chunk": ("body",),
    "import_job": ("kind", "sha256", "state", "choices", "about", "plan", "tally", "fault"),
    "import_mapping": ("plan",),
    "invitation": ("email", "roles", "language", "ended_because"),
    "one_time_link": ("purpose", "token_hash", "email", "mail", "mail_fault"),
    "passkey": ("credential_id", "public_key", "user_handle"),
    "article_text": ("sha256",),
    "reminder": (
        "kind", "subject", "recipient", "channel", "step", "lease_token", "message_id", "reason", "detail",
    ),
    "role": ("name", "permissions"),
    "saved_view": ("query",),
    "scheduler": ("name",),
    "setting": ("key",),
    "sign_in_limit": ("key_hash",),
    "feed_token": ("token_hash",),
    "name_clearance": ("field",),
    "postscript": ("language",),
    # What readers see is rendered once, from texts that are marked above.
    "public_change": ("kind", "ref", "line"),
    "public_claim": ("state", "outcome", "body", "etag"),
    "public_head": ("ledger_hash",),
    "public_score": ("kind", "body"),
    "public_score_article": ("etag",),
    "public_score_cell": ("kind", "certainty"),
    "public_search": ("folded",),
    "publication": ("state", "slug", "body", "etag"),
    "report": ("kind", "language", "email", "network", "state"),
    "report_mail": ("purpose", "address", "language", "fault"),
    "score_cell": ("certainty", "hedge"),
    "score_total": ("dimension", "text", "part", "certainty"),
    "speaker": ("name_key",),
    "speaker_search": ("folded",),
    "topic_cell": ("certainty",),
    "verdict": ("language",),
    "tick": ("job", "result"),
    "topic": ("key", "label_en_key", "label_fr_key"),
    "webhook": ("url", "salt"),
    "webhook_event": ("event",),
}  # fmt: skip


def mark(text: str) -> str:
    """The text with a mark at both ends, a reversing character and a long word in it; "" stays as it is."""
    return f"{OPEN}{_HEBREW}{text} {LONG_WORD}{CLOSE}" if text else text


def mark_body(text: str) -> str:
    """The text of an article with each paragraph's first and last letter replaced by the marks, so that offsets stay true."""
    return "\n".join(f"{OPEN}{line[1:-1]}{CLOSE}" if len(line) > 2 else line for line in text.split("\n"))


def mark_newsroom(room: Newsroom) -> None:
    """Mark every text of people in a newsroom on SQLite."""
    with room.database.writing() as session:
        connection = session.connection()
        for name in connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
        for table, columns in FREE_TEXTS.items():
            if table not in _OWN_WAYS:
                _mark_columns(connection, Base.metadata.tables[table], columns)
        _mark_bodies(connection)
        _mark_events(connection)
        connection.execute(
            sa.text("UPDATE setting SET value = :name WHERE key = 'name'"), {"name": json.dumps(mark("Harbour Desk"))}
        )


def _mark_columns(connection: sa.Connection, table: sa.Table, columns: tuple[str, ...]) -> None:
    for column in columns:
        own = table.c[column]
        most = getattr(own.type, "length", None) or 500
        turned = _HEBREW if column in LABELS else _REVERSED
        room = 60 if most < 500 else 100  # for what stood there before
        long = sa.literal(f" {LONG_WORD[: most - room - 4]}{CLOSE}")
        marked = sa.literal(OPEN + turned) + sa.func.substr(own, 1, room) + long
        connection.execute(table.update().where(own != "").values({column: marked}))


def _mark_bodies(connection: sa.Connection) -> None:
    bodies, claims = Base.metadata.tables["article_text"], Base.metadata.tables["claim"]
    for row in connection.execute(sa.select(bodies)).all():
        marked = mark_body(row.body)
        own = (bodies.c.article_id == row.article_id) & (bodies.c.number == row.number)
        connection.execute(bodies.update().where(own).values(body=marked))
        quoted = (claims.c.article_id == row.article_id) & (claims.c.text_number == row.number)
        for claim in connection.execute(sa.select(claims).where(quoted, claims.c.quote_start.is_not(None))).all():
            quote = marked[claim.quote_start : claim.quote_end]
            connection.execute(claims.update().where(claims.c.id == claim.id).values(quote=quote))


def _mark_events(connection: sa.Connection) -> None:
    table = Base.metadata.tables["event_texts"]
    for row in connection.execute(sa.select(table)).all():
        texts: dict[str, Any] = json.loads(row.texts)
        for each in texts.values():
            if each and each.get("text"):
                each["text"] = mark(each["text"])
        connection.execute(table.update().where(table.c.seq == row.seq).values(texts=json.dumps(texts)))
