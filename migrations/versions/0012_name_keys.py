"""Speakers and topics get the keys by which their names are compared.

Revision: 0012, after 0011.

Topics that had one label under several spellings all stay; the later ones get a key that no label can have, so that a new topic
with that label is refused and an import finds the oldest one.
"""

import hashlib
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BATCH = 1_000
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
APOSTROPHES = "\u2018\u2019\u201b\u02bc"
QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb"
PUNCTUATION = str.maketrans({**dict.fromkeys(DASHES, "-"), **dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(QUOTES, '"')})


def upgrade() -> None:
    op.add_column("speaker", sa.Column("name_key", sa.String(255), server_default="", nullable=False))
    for field in ("label_en", "label_fr"):
        op.add_column("topic", sa.Column(f"{field}_key", sa.String(255), server_default="", nullable=False))
    _fill_speakers()
    _fill_topics()
    op.create_index(op.f("ix_speaker_name_key"), "speaker", ["name_key"])
    for field in ("label_en", "label_fr"):
        op.create_index(op.f(f"ix_topic_{field}_key"), "topic", [f"{field}_key"], unique=True)


def _fill_speakers() -> None:
    speaker = sa.table("speaker", sa.column("id"), sa.column("name"), sa.column("name_key"))
    change = speaker.update().where(speaker.c.id == sa.bindparam("number")).values(name_key=sa.bindparam("key"))
    query = sa.select(speaker.c.id, speaker.c.name).order_by(speaker.c.id).limit(BATCH)
    connection, after = op.get_bind(), 0
    while rows := connection.execute(query.where(speaker.c.id > after)).all():
        connection.execute(change, [{"number": number, "key": name_key(name)} for number, name in rows])
        after = rows[-1].id


def _fill_topics() -> None:
    columns = ("id", "label_en", "label_fr", "label_en_key", "label_fr_key")
    topic = sa.table("topic", *map(sa.column, columns))
    connection = op.get_bind()
    taken: dict[str, set[str]] = {"label_en": set(), "label_fr": set()}
    for row in connection.execute(sa.select(topic).order_by(topic.c.id)).all():
        keys = {}
        for field, known in taken.items():
            key = name_key(getattr(row, field))
            keys[f"{field}_key"] = f"{key[:200]} {row.id}" if key in known else key
            known.add(key)
        connection.execute(topic.update().where(topic.c.id == row.id).values(**keys))


def name_key(name: str) -> str:
    """The key of a name as the tracker makes it at this revision."""
    key = _fold(name)
    while (again := _fold(key)) != key:
        key = again
    return key if len(key) <= 255 else key[:191] + hashlib.sha256(key.encode("utf-8")).hexdigest()


def _fold(name: str) -> str:
    visible = "".join(c for c in unicodedata.normalize("NFKC", name) if not _is_invisible(c))
    return unicodedata.normalize("NFKC", visible.casefold()).translate(PUNCTUATION)


def _is_invisible(char: str) -> bool:
    return (
        unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"}
        or char in "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
        or "\ufe00" <= char <= "\ufe0f"
        or "\u180b" <= char <= "\u180f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )
