"""Tables of articles and their texts. A text never changes: a corrected article gets a further one."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from tracker import clock
from tracker.articles.addresses import KEY_MAX, url_key
from tracker.db import Base, BigId
from tracker.ledger.rows import Tracked
from tracker.validation import LANGUAGE_MAX


class Article(Base):
    """Something published that holds claims. Its text is optional: a broadcast has none."""

    __tablename__ = "article"
    __history__ = Tracked(
        "article",
        plain=("language", "published_on", "is_sample", "author_editor_id"),
        texts=("title", "outlet", "url", "author"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    title: Mapped[str] = mapped_column(Text)
    outlet: Mapped[str] = mapped_column(Text, server_default="", default="")
    url: Mapped[str | None] = mapped_column(Text)
    url_key: Mapped[str] = mapped_column(String(KEY_MAX), index=True, server_default="", default="")  # follows `url`
    author: Mapped[str] = mapped_column(Text, server_default="", default="")
    author_editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"), index=True)
    language: Mapped[str] = mapped_column(String(LANGUAGE_MAX))
    published_on: Mapped[date]
    is_sample: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))

    __table_args__ = (
        Index("ix_article_published_on_id", "published_on", "id"),  # the list of articles, newest first
    )

    @validates("url")
    def _set_url_key(self, _field: str, url: str | None) -> str | None:
        self.url_key = url_key(url)
        return url


class ArticleSearch(Base):
    """An article's headline and outlet, folded. SQLite indexes them in `article_fts` (FTS5, kept in step by triggers)."""

    __tablename__ = "article_search"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, autoincrement=False)
    folded: Mapped[str] = mapped_column(Text)


class ArticleSketch(Base):
    """One of the hashes by which an article's newest text is recognised."""

    __tablename__ = "article_sketch"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, autoincrement=False)
    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)


class ArticleText(Base):
    """One numbered, immutable text of an article: LF line ends, otherwise as received. Triggers refuse any change."""

    __tablename__ = "article_text"
    __history__ = Tracked("article_text", plain=("article_id", "number", "sha256"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))

    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )
