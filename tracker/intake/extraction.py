"""Taking the text out of a page or a document, in a child process with bounds on time, memory and output."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

SECONDS: Final = 30.0
BODY_MAX: Final = 400_000  # code points; as much as a text of an article may have


@dataclass(frozen=True)
class Extraction:
    """What was found. `problem`: "" or why there is no text, as in `extractors.Extracted`, and too_long, too_slow."""

    kind: str = ""
    title: str = ""
    author: str = ""
    outlet: str = ""
    published_on: date | None = None
    body: str = ""
    problem: str = ""


def extract_text(data: bytes, *, charset: str = "", media_type: str = "", url: str = "", seconds: float = SECONDS) -> Extraction:
    """The text of a file or a page. Never raises for what the file holds."""
    about = json.dumps({"charset": charset, "media_type": media_type, "url": url}).encode()
    try:
        done = subprocess.run(  # our own interpreter and module, nothing of the file among the arguments
            [sys.executable, "-m", "tracker.intake.extractors"],
            input=about + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Extraction(problem="too_slow")
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return Extraction(problem="damaged")  # killed at one of its bounds
    found["published_on"] = date.fromisoformat(found["published_on"]) if found["published_on"] else None
    extraction = Extraction(**found)
    if len(extraction.body) > BODY_MAX:
        return Extraction(kind=extraction.kind, title=extraction.title, problem="too_long")
    return extraction
