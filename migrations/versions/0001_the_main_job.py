"""The main job: people, articles, claims, evidence, verdicts and the history.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Rows that are written once. On SQLite, INSERT OR REPLACE slips past a delete trigger where recursive_triggers is off, so a
# second insert under the same key is refused too; the values name those keys.
GUARDED = {
    "event": ("seq = NEW.seq", "hash = NEW.hash"),
    "verdict": ("id = NEW.id", "claim_id = NEW.claim_id AND number = NEW.number"),
    "verdict_decision": ("id = NEW.id", "verdict_id = NEW.verdict_id"),
    "article_text": ("id = NEW.id", "article_id = NEW.article_id AND number = NEW.number"),
    "postscript": ("id = NEW.id",),
}
ROLES = ("viewer", "editor", "chief", "admin")


def guard_sqlite() -> None:
    for table, keys in GUARDED.items():
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER guard_{table}_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        for number, key in enumerate(keys, start=1):
            op.execute(
                f"CREATE TRIGGER guard_{table}_insert_{number} BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    # The texts beside an event may be erased, field by field, but their row stays.
    op.execute(
        "CREATE TRIGGER guard_event_texts_delete BEFORE DELETE ON event_texts "
        "BEGIN SELECT RAISE(ABORT, 'event_texts keeps its rows'); END"
    )
    op.execute(
        "CREATE TRIGGER guard_event_texts_insert BEFORE INSERT ON event_texts "
        "WHEN EXISTS (SELECT 1 FROM event_texts WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'event_texts keeps its rows'); END"
    )


def guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in GUARDED:
        op.execute(
            f"CREATE TRIGGER guard_{table}_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER guard_event_texts_delete BEFORE DELETE ON event_texts FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    for table in (*GUARDED, "event_texts"):
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def first_rows() -> None:
    head = sa.table("chain_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    role = sa.table("role", sa.column("id"), sa.column("name"))
    op.bulk_insert(role, [{"id": number, "name": name} for number, name in enumerate(ROLES, start=1)])


def upgrade() -> None:
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default=sa.text("0"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_chain_head_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "editor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("theme", sa.String(length=8), server_default="auto", nullable=False),
        sa.Column("shortcuts", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("key_hints", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editor")),
        sa.UniqueConstraint("email", name=op.f("uq_editor_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_editor_fs_uniquifier")),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index("ix_event_actor_seq", "event", ["actor", "seq"], unique=False)
    op.create_index("ix_event_at", "event", ["at"], unique=False)
    op.create_index("ix_event_kind_seq", "event", ["kind", "seq"], unique=False)
    op.create_index("ix_event_subject_seq", "event", ["subject", "seq"], unique=False)
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "sign_in_limit",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_sign_in_limit")),
    )
    op.create_index(op.f("ix_sign_in_limit_since"), "sign_in_limit", ["since"], unique=False)
    op.create_table(
        "speaker",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("person", "organisation", name="speakerkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("affiliation", sa.Text(), server_default="", nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["speaker.id"], name=op.f("fk_speaker_merged_into_id_speaker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
    )
    op.create_index(op.f("ix_speaker_merged_into_id"), "speaker", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_speaker_name"), "speaker", ["name"], unique=False)
    op.create_table(
        "tick",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_tick")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("label_fr", sa.String(length=120), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("key", name=op.f("uq_topic_key")),
    )
    op.create_table(
        "article",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("author_editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["author_editor_id"], ["editor.id"], name=op.f("fk_article_author_editor_id_editor")),
        sa.ForeignKeyConstraint(["created_by_id"], ["editor.id"], name=op.f("fk_article_created_by_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("external_id", name=op.f("uq_article_external_id")),
    )
    op.create_index(op.f("ix_article_author_editor_id"), "article", ["author_editor_id"], unique=False)
    op.create_index("ix_article_published_on_id", "article", ["published_on", "id"], unique=False)
    op.create_table(
        "editor_role",
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_editor_role_editor_id_editor")),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_editor_role_role_id_role")),
        sa.PrimaryKeyConstraint("editor_id", "role_id", name=op.f("pk_editor_role")),
    )
    op.create_table(
        "editor_session",
        sa.Column("sid_hash", sa.String(length=64), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remembered", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=32), nullable=True),
        sa.Column("user_agent", sa.String(length=255), server_default="", nullable=False),
        sa.Column("address", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_editor_session_editor_id_editor")),
        sa.PrimaryKeyConstraint("sid_hash", name=op.f("pk_editor_session")),
    )
    op.create_index("ix_editor_session_editor_id", "editor_session", ["editor_id", "ended_at"], unique=False)
    op.create_table(
        "event_texts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], name=op.f("fk_event_texts_seq_event")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_texts")),
    )
    op.create_table(
        "form_token",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_form_token_editor_id_editor")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_form_token")),
    )
    op.create_index(op.f("ix_form_token_used_at"), "form_token", ["used_at"], unique=False)
    op.create_table(
        "speaker_alias",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("speaker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name=op.f("fk_speaker_alias_speaker_id_speaker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_alias")),
        sa.UniqueConstraint("speaker_id", "name", name=op.f("uq_speaker_alias_speaker_id_name")),
    )
    op.create_index(op.f("ix_speaker_alias_name"), "speaker_alias", ["name"], unique=False)
    op.create_table(
        "article_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_article_text_number_from_one")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_text_article_id_article")),
        sa.ForeignKeyConstraint(["received_by_id"], ["editor.id"], name=op.f("fk_article_text_received_by_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_text")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_article_text_article_id_number")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("quote", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "quote_kind",
            sa.Enum(
                "verbatim",
                "translation",
                "paraphrase",
                name="quotekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("quote_language", sa.String(length=8), nullable=True),
        sa.Column("text_number", sa.Integer(), nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("quote_start", sa.Integer(), nullable=True),
        sa.Column("quote_end", sa.Integer(), nullable=True),
        sa.Column("speaker_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "attribution",
            sa.Enum("stated", "implied", "article", name="attribution", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("hedge", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "flat",
                "hedged",
                "possible_only",
                "comparative",
                "not_a_probability",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("likelihood_low", sa.Integer(), nullable=True),
        sa.Column("likelihood_high", sa.Integer(), nullable=True),
        sa.Column("condition", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "condition_status",
            sa.Enum(
                "unknown",
                "met",
                "not_met",
                name="conditionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("confirmed_if", sa.Text(), server_default="", nullable=False),
        sa.Column("refuted_if", sa.Text(), server_default="", nullable=False),
        sa.Column("criteria_set_on", sa.Date(), nullable=True),
        sa.Column("criteria_retrospective", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column(
            "deadline_source",
            sa.Enum(
                "stated",
                "interpreted",
                "editor",
                name="deadlinesource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "due",
                "proposed",
                "resolved",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("due_cycle", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("requested_signer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_verdict_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reopened_as",
            sa.Enum(
                "first",
                "update",
                "correction",
                name="verdictkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("recall_to", sa.String(length=32), nullable=True),
        sa.Column("restore_to", sa.String(length=32), nullable=True),
        sa.Column(
            "withdraw_reason",
            sa.Enum(
                "mistake",
                "duplicate",
                "split",
                "too_vague",
                "not_a_prediction",
                "other",
                name="withdrawreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR review_on IS NOT NULL", name=op.f("ck_claim_tracked_has_review_on")
        ),
        sa.CheckConstraint("likelihood_high BETWEEN 0 AND 100", name=op.f("ck_claim_likelihood_high_percent")),
        sa.CheckConstraint("likelihood_low <= likelihood_high", name=op.f("ck_claim_likelihood_in_order")),
        sa.CheckConstraint("likelihood_low BETWEEN 0 AND 100", name=op.f("ck_claim_likelihood_low_percent")),
        sa.CheckConstraint("quote_start < quote_end", name=op.f("ck_claim_quote_in_order")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_claim_article_id_article")),
        sa.ForeignKeyConstraint(["created_by_id"], ["editor.id"], name=op.f("fk_claim_created_by_id_editor")),
        sa.ForeignKeyConstraint(["owner_id"], ["editor.id"], name=op.f("fk_claim_owner_id_editor")),
        sa.ForeignKeyConstraint(["requested_signer_id"], ["editor.id"], name=op.f("fk_claim_requested_signer_id_editor")),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name=op.f("fk_claim_speaker_id_speaker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("external_id", name=op.f("uq_claim_external_id")),
    )
    op.create_index("ix_claim_article_id", "claim", ["article_id", "paragraph", "id"], unique=False)
    op.create_index(
        "ix_claim_proposed",
        "claim",
        ["review_on", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'proposed'"),
        postgresql_where=sa.text("status = 'proposed'"),
    )
    op.create_index(
        "ix_claim_queue",
        "claim",
        ["review_on", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'due', 'proposed')"),
        postgresql_where=sa.text("status IN ('open', 'due', 'proposed')"),
    )
    op.create_index(
        "ix_claim_queue_owner",
        "claim",
        ["owner_id", "review_on", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'due', 'proposed')"),
        postgresql_where=sa.text("status IN ('open', 'due', 'proposed')"),
    )
    op.create_index(
        "ix_claim_queue_speaker",
        "claim",
        ["speaker_id", "review_on", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'due', 'proposed')"),
        postgresql_where=sa.text("status IN ('open', 'due', 'proposed')"),
    )
    op.create_index(
        "ix_claim_signed",
        "claim",
        ["id"],
        unique=False,
        sqlite_where=sa.text("signed_verdict_id IS NOT NULL"),
        postgresql_where=sa.text("signed_verdict_id IS NOT NULL"),
    )
    op.create_index("ix_claim_speaker_id", "claim", ["speaker_id", "id"], unique=False)
    op.create_index("ix_claim_status_id", "claim", ["status", "id"], unique=False)
    op.create_index(
        "ix_claim_sweep",
        "claim",
        ["review_on", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "claim_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("editor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("where_looked", sa.Text(), nullable=False),
        sa.Column("queries", sa.Text(), server_default="", nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("exhaustive", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_check_claim_id_claim")),
        sa.ForeignKeyConstraint(["editor_id"], ["editor.id"], name=op.f("fk_claim_check_editor_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_check")),
    )
    op.create_index("ix_claim_check_claim_id", "claim_check", ["claim_id", "id"], unique=False)
    op.create_table(
        "claim_topic",
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_topic_claim_id_claim")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_claim_topic_topic_id_topic")),
        sa.PrimaryKeyConstraint("topic_id", "claim_id", name=op.f("pk_claim_topic")),
    )
    op.create_index("ix_claim_topic_claim_id", "claim_topic", ["claim_id"], unique=False)
    op.create_index(
        "ix_claim_topic_queue",
        "claim_topic",
        ["topic_id", "review_on", "claim_id"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'due', 'proposed')"),
        postgresql_where=sa.text("status IN ('open', 'due', 'proposed')"),
    )
    op.create_table(
        "claim_translation",
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("confirmed_if", sa.Text(), server_default="", nullable=False),
        sa.Column("refuted_if", sa.Text(), server_default="", nullable=False),
        sa.Column("condition", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_translation_claim_id_claim")),
        sa.PrimaryKeyConstraint("claim_id", "language", name=op.f("pk_claim_translation")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "about",
            sa.Enum("claim", "condition", name="evidenceabout", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), server_default="", nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("locator", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "source_kind",
            sa.Enum(
                "primary",
                "official",
                "news",
                "expert",
                "other",
                name="sourcekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stance",
            sa.Enum(
                "supports",
                "contradicts",
                "context",
                name="stance",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum("public", "internal", name="visibility", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.CheckConstraint("url IS NOT NULL OR document IS NOT NULL", name=op.f("ck_evidence_has_a_source")),
        sa.ForeignKeyConstraint(["added_by_id"], ["editor.id"], name=op.f("fk_evidence_added_by_id_editor")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_evidence_claim_id_claim")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["editor.id"], name=op.f("fk_evidence_withdrawn_by_id_editor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_claim_id", "evidence", ["claim_id", "id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["editor.id"], name=op.f("fk_note_author_id_editor")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_note_claim_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_claim_id", "note", ["claim_id", "id"], unique=False)
    op.create_table(
        "relation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "duplicate_of",
                "split_from",
                "alternative_to",
                "part_of",
                name="relationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("claim_id <> other_id", name=op.f("ck_relation_not_itself")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_relation_claim_id_claim")),
        sa.ForeignKeyConstraint(["created_by_id"], ["editor.id"], name=op.f("fk_relation_created_by_id_editor")),
        sa.ForeignKeyConstraint(["other_id"], ["claim.id"], name=op.f("fk_relation_other_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("claim_id", "other_id", "kind", name=op.f("uq_relation_claim_id_other_id_kind")),
    )
    op.create_index(op.f("ix_relation_other_id"), "relation", ["other_id"], unique=False)
    op.create_table(
        "verdict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "proposal_kind",
            sa.Enum("verdict", "withdrawal", name="proposalkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "confirmed",
                "partly_confirmed",
                "refuted",
                "unresolvable",
                "void",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "no_public_information",
                "sources_conflict",
                "too_vague",
                "condition_not_met",
                "withdrawn_by_speaker",
                "superseded",
                name="outcomereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict_kind",
            sa.Enum(
                "first",
                "update",
                "correction",
                name="verdictkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("supersedes_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), server_default="", nullable=False),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column("occurred_from", sa.Date(), nullable=True),
        sa.Column("occurred_to", sa.Date(), nullable=True),
        sa.Column("occurred_after_deadline", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("is_scored", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column(
            "withdraw_reason",
            sa.Enum(
                "mistake",
                "duplicate",
                "split",
                "too_vague",
                "not_a_prediction",
                "other",
                name="withdrawreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(proposal_kind = 'verdict') = (outcome IS NOT NULL)", name=op.f("ck_verdict_verdict_has_outcome")),
        sa.CheckConstraint("occurred_from <= occurred_to", name=op.f("ck_verdict_occurred_in_order")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_verdict_claim_id_claim")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["editor.id"], name=op.f("fk_verdict_proposed_by_id_editor")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["verdict.id"], name=op.f("fk_verdict_supersedes_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("claim_id", "number", name=op.f("uq_verdict_claim_id_number")),
    )
    op.create_table(
        "postscript",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["editor.id"], name=op.f("fk_postscript_author_id_editor")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_postscript_verdict_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postscript")),
    )
    op.create_index(op.f("ix_postscript_verdict_id"), "postscript", ["verdict_id"], unique=False)
    op.create_table(
        "verdict_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("signed", "returned", "recalled", name="decision", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["editor.id"], name=op.f("fk_verdict_decision_decided_by_id_editor")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_verdict_decision_verdict_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_decision")),
        sa.UniqueConstraint("verdict_id", name=op.f("uq_verdict_decision_verdict_id")),
    )
    op.create_index("ix_verdict_decision_decided_at", "verdict_decision", ["decided_at", "id"], unique=False)
    first_rows()
    if op.get_bind().dialect.name == "sqlite":
        guard_sqlite()
    else:
        guard_postgresql()
