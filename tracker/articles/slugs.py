"""The readable half of an article's address. Only its number finds the article; the rest is for people."""

import re
import unicodedata
from typing import Final

from tracker.word_caches import word_cache

LONGEST: Final = 60

# Letters that do not fall apart into a plain one and a mark.
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


@word_cache(2048)
def slug(title: str) -> str:
    """`what-the-summit-will-bring`; "" for a title without any Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        found = longer
    return found


def article_path(article_id: int, title: str) -> str:
    """The path of an article's page. Without a slug (a title in no Latin letters) it ends with the number."""
    words = slug(title)
    return f"/articles/{article_id}-{words}" if words else f"/articles/{article_id}"
