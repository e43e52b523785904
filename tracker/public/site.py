"""Where things of the public side are: paths within this host, whole addresses for other places. Free of Flask."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tracker.public.views import ArticleView, ClaimView

LANGUAGES: Final = ("en", "fr")


@dataclass(frozen=True)
class Site:
    """Addresses of pages in one language. `base` is the whole address of the host, `root` what is before every path.

    `server` is where forms go: "" is here; a static copy leads to the newsroom's own host, or has no forms ("-").
    """

    language: str
    base: str
    root: str = ""
    server: str = ""

    def path(self, rest: str = "/", language: str = "") -> str:
        """The path of a page; `rest` is what follows the language."""
        return f"{self.root}/public/{language or self.language}{rest}"

    def url(self, rest: str = "/", language: str = "") -> str:
        """The whole address of a page."""
        return f"{self.base}/public/{language or self.language}{rest}"

    def form(self, rest: str) -> str:
        """Where a form is found; "" where there is none."""
        if self.server == "-":
            return ""
        return f"{self.server}/public/{self.language}{rest}" if self.server else self.path(rest)

    def article(self, article: ArticleView, after: int = 0) -> str:
        """The path of an article, or of its page after a claim."""
        return self.path(f"/articles/{article.path}/after/{after}" if after else f"/articles/{article.path}")

    def claim(self, claim: ClaimView | int) -> str:
        """The path of a claim."""
        return self.path(f"/claims/{claim if isinstance(claim, int) else claim.id}")

    def claim_url(self, claim: ClaimView | int) -> str:
        """The whole address of a claim."""
        return self.url(f"/claims/{claim if isinstance(claim, int) else claim.id}")

    def topic(self, topic: dict[str, object]) -> str:
        """The path of a topic."""
        return self.path(f"/topics/{topic['id']}-{topic['key']}")

    def embed_url(self, claim: ClaimView) -> str:
        """The whole address of a claim for a frame."""
        return f"{self.base}/embed/{self.language}/claims/{claim.id}"

    def picture_url(self, claim: ClaimView) -> str:
        """The whole address of a claim's picture, which changes with what it shows."""
        return f"{self.base}/og/{claim.id}-{claim.content_digest[:8]}-{self.language}.png"

    @property
    def host(self) -> str:
        """The host's name, for ids that stay the same."""
        return urlsplit(self.base).hostname or "tracker.invalid"
