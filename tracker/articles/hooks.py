"""Hooks of articles, called inside the transaction of the change."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.hooks import Hook

on_day_changed: Final[Hook[[Session, Article, date], None]] = Hook()  # of publication; the date: what it was
