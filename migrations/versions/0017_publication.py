"""Verdicts and postscripts have a language, checks a visibility; embargoes, and the tables that readers' pages are made from.

Revision: 0017, after 0016.

The three new columns may be empty, and are in all older rows: a verdict without a language is in its claim's, a check without a
visibility is internal. So the history of older rows, which does not speak of them, still agrees with the rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Plain additions: rebuilding these tables in a batch would take their triggers away.
    op.add_column("verdict", sa.Column("language", sa.String(length=8), nullable=True))
    op.add_column("postscript", sa.Column("language", sa.String(length=8), nullable=True))
    op.execute(
        "ALTER TABLE claim_check ADD COLUMN visibility VARCHAR(32) "
        "CONSTRAINT ck_claim_check_visibility CHECK (visibility IN ('public', 'internal'))"
    )
    _embargoes()
    _public_side()
    _search()
    _reports()


def _embargoes() -> None:
    op.create_table(
        "hold",
        sa.Column("verdict_id", ID, autoincrement=False, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("set_by_id", ID, nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_hold_verdict_id_verdict")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_hold_claim_id_claim")),
        sa.ForeignKeyConstraint(["set_by_id"], ["editor.id"], name=op.f("fk_hold_set_by_id_editor")),
        sa.PrimaryKeyConstraint("verdict_id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_claim_id"), "hold", ["claim_id"])
    _partial("ix_hold_waiting", "hold", ["until"], "released_at IS NULL")
    op.create_table(
        "name_clearance",
        sa.Column("id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_name_clearance_claim_id_claim")),
        sa.ForeignKeyConstraint(["given_by_id"], ["editor.id"], name=op.f("fk_name_clearance_given_by_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_clearance")),
        sa.UniqueConstraint("claim_id", "field", name=op.f("uq_name_clearance_claim_id_field")),
    )


def _public_side() -> None:
    op.create_table(
        "publication",
        sa.Column("article_id", ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), server_default="private", nullable=False),
        sa.Column("slug", sa.String(length=80), server_default="", nullable=False),
        sa.Column("go_live_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("offline_at", MOMENT, nullable=True),
        sa.Column("offline_line", sa.Text(), server_default="", nullable=False),
        sa.Column("noindex", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("body", sa.Text(), server_default="{}", nullable=False),
        sa.Column("etag", sa.String(length=16), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('private', 'scheduled', 'public', 'offline')", name=op.f("ck_publication_state_known")),
        sa.CheckConstraint("state <> 'scheduled' OR go_live_at IS NOT NULL", name=op.f("ck_publication_scheduled_has_time")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_publication_article_id_article")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_publication")),
    )
    op.create_index("ix_publication_slug", "publication", ["slug", "article_id"])
    _partial("ix_publication_scheduled", "publication", ["go_live_at"], "state = 'scheduled'")
    op.create_table(
        "public_claim",
        sa.Column("claim_id", ID, autoincrement=False, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("speaker_id", ID, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["publication.article_id"], name=op.f("fk_public_claim_article_id_publication")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_public_claim")),
    )
    op.create_index("ix_public_claim_article", "public_claim", ["article_id", "position", "claim_id"])
    op.create_index("ix_public_claim_speaker", "public_claim", ["speaker_id", "claim_id"])
    _partial("ix_public_claim_newest", "public_claim", ["changed_at", "claim_id"], "state <> 'offline'")
    op.create_table(
        "public_topic",
        sa.Column("topic_id", ID, autoincrement=False, nullable=False),
        sa.Column("claim_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["public_claim.claim_id"], name=op.f("fk_public_topic_claim_id_public_claim")),
        sa.PrimaryKeyConstraint("topic_id", "claim_id", name=op.f("pk_public_topic")),
    )
    op.create_index("ix_public_topic_claim_id", "public_topic", ["claim_id"])
    op.create_table(
        "public_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("claim_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("line", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["publication.article_id"], name=op.f("fk_public_change_article_id_publication")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_change")),
        sa.UniqueConstraint("ref", "kind", name=op.f("uq_public_change_ref_kind")),
    )
    op.create_index("ix_public_change_claim_id", "public_change", ["claim_id"])
    op.create_index("ix_public_change_article_id", "public_change", ["article_id"])
    _partial("ix_public_change_verdicts", "public_change", ["at", "id"], "kind IN ('signed', 'update', 'correction')")
    _partial("ix_public_change_corrections", "public_change", ["at", "id"], "kind <> 'signed'")
    op.create_table(
        "public_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("ledger_seq", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ledger_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("names_editors", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_public_head_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_head")),
    )
    op.execute("INSERT INTO public_head (id, version) VALUES (1, 0)")


def _search() -> None:
    op.create_table(
        "public_search",
        sa.Column("claim_id", ID, autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["public_claim.claim_id"], name=op.f("fk_public_search_claim_id_public_claim")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_public_search")),
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute("CREATE INDEX ix_public_search_words ON public_search USING gin (to_tsvector('simple'::regconfig, folded))")
        return
    op.execute(
        "CREATE VIRTUAL TABLE public_fts USING fts5("
        "folded, content='public_search', content_rowid='claim_id', tokenize='unicode61 remove_diacritics 0')"
    )
    # FTS5 takes a row out only when it is told the very text that was put in.
    put = "INSERT INTO public_fts (rowid, folded) VALUES (NEW.claim_id, NEW.folded);"
    take = "INSERT INTO public_fts (public_fts, rowid, folded) VALUES ('delete', OLD.claim_id, OLD.folded);"
    op.execute(f"CREATE TRIGGER public_search_insert AFTER INSERT ON public_search BEGIN {put} END")
    op.execute(f"CREATE TRIGGER public_search_delete AFTER DELETE ON public_search BEGIN {take} END")
    op.execute(f"CREATE TRIGGER public_search_update AFTER UPDATE ON public_search BEGIN {take} {put} END")


def _reports() -> None:
    op.create_table(
        "report",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("claim_id", ID, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("email", sa.String(length=320), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("network", sa.String(length=64), server_default="", nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="new", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('error', 'reply', 'other')", name=op.f("ck_report_kind_known")),
        sa.CheckConstraint("state IN ('new', 'answered', 'published', 'dismissed')", name=op.f("ck_report_state_known")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["editor.id"], name=op.f("fk_report_closed_by_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_state", "report", ["state", "due_on", "id"])
    op.create_index("ix_report_claim_id", "report", ["claim_id"])
    op.create_index("ix_report_network", "report", ["network", "received_at"])
    _partial("ix_report_kept", "report", ["received_at"], "forgotten_at IS NULL")


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
