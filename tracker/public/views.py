"""Public claims as pages show them: the stored JSON, and the page's language chosen where there is a translation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tracker.public import words


@dataclass(frozen=True)
class ArticleView:
    """A public article."""

    id: int
    slug: str
    noindex: bool
    content_digest: str
    body: dict[str, Any]

    @property
    def title(self) -> str:
        return str(self.body.get("title", ""))

    @property
    def language(self) -> str:
        return str(self.body.get("language", ""))

    @property
    def published_on(self) -> date:
        return date.fromisoformat(self.body["published_on"])

    @property
    def path(self) -> str:
        """The last part of its address."""
        return f"{self.id}-{self.slug}" if self.slug else str(self.id)


class ClaimView:
    """A public claim. `statement` and the criteria are in `language`, the page's where there is a translation."""

    def __init__(
        self,
        claim_id: int,
        state: str,
        changed_at: datetime,
        body: str,
        page_language: str,
        article: ArticleView,
        content_digest: str = "",
    ) -> None:
        self.id, self.state, self.changed_at, self.article = claim_id, state, changed_at, article
        self.content_digest = content_digest
        self.before = 0  # how many claims of the article come before it, where that was asked
        self.body: dict[str, Any] = json.loads(body)
        own = self.body
        translations = {each["language"]: each for each in own["translations"]}
        chosen = translations.get(page_language) if own["language"] != page_language else None
        self.language: str = page_language if chosen else own["language"]
        self.statement: str = chosen["statement"] if chosen else own["statement"]
        self.is_translated = chosen is not None
        condition = own["condition"]
        self.condition: str = ((chosen or {}).get("condition") or condition["text"]) if condition else ""
        self.condition_language = page_language if chosen and chosen.get("condition") else own["language"]
        for name in ("confirmed_if", "refuted_if"):
            translated = (chosen or {}).get(name)
            setattr(self, name, translated or own["criteria"][name])
            setattr(self, f"{name}_language", page_language if translated else own["language"])

    @property
    def shape(self) -> str:
        """The shape of its state in the sprite."""
        return words.SHAPES.get(self.state, self.state)

    @property
    def state_text(self) -> str:
        """What the state is called, in English."""
        return words.STATES[self.state]

    @cached_property
    def verdict(self) -> dict[str, Any] | None:
        """The newest public verdict."""
        return self.body["verdicts"][-1] if self.body["verdicts"] else None

    @property
    def earlier(self) -> list[dict[str, Any]]:
        """The verdicts before it, newest first."""
        found: list[dict[str, Any]] = self.body["verdicts"][-2::-1]
        return found

    @property
    def corrected_at(self) -> datetime | None:
        """When a verdict of ours was corrected last."""
        signed = [each["signed_at"] for each in self.body["verdicts"] if each["kind"] == "correction"]
        return read_moment(signed[-1]) if signed else None

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Public evidence on the claim itself, what bears on it first."""
        order = {"supports": 0, "contradicts": 0, "context": 1}
        found = [each for each in self.body["evidence"] if each["about"] == "claim"]
        return sorted(found, key=lambda each: order[each["stance"]])

    def day(self, name: str) -> date | None:
        """A day of the body."""
        value = self.body.get(name)
        return date.fromisoformat(value) if value else None

    @property
    def signed_at(self) -> datetime | None:
        """When the newest public verdict was signed."""
        return read_moment(self.verdict["signed_at"]) if self.verdict else None


def read_moment(text: str) -> datetime:
    """A moment of the JSON."""
    return datetime.fromisoformat(text)


def read_day(text: str | None) -> date | None:
    """A day of the JSON."""
    return date.fromisoformat(text) if text else None


def list_tally(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """How many claims there are of each state, as shape, text and count."""
    return [(words.SHAPES.get(state, state), text, counts[state]) for state, text in words.STATES.items() if state in counts]


@dataclass(frozen=True)
class ChangeView:
    """One entry of a feed or of the corrections page. `claim` is none for an article that went offline."""

    id: int
    at: datetime
    kind: str
    ref: str
    line: str
    article: ArticleView
    claim: ClaimView | None

    @property
    def verdict(self) -> dict[str, Any] | None:
        """The verdict that was signed or replaced another; none for changes of other kinds."""
        found = self._find_number()
        return self._chain()[found] if found is not None else None

    @property
    def replaced(self) -> dict[str, Any] | None:
        """The verdict before it."""
        found = self._find_number()
        return self._chain()[found - 1] if found else None

    def _find_number(self) -> int | None:
        if self.kind not in ("signed", "update", "correction"):
            return None
        return next((n for n, each in enumerate(self._chain()) if f"verdict:{each['id']}" == self.ref), None)

    def _chain(self) -> list[dict[str, Any]]:
        return list(self.claim.body.get("verdicts", ())) if self.claim is not None else []
