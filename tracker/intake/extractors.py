"""The child process that takes the text out of a page or a document: `python -m tracker.intake.extractors`.

Parsers of foreign files run here, with bounds on memory and CPU, so that none can hurt the process that serves pages. Standard
input: one line of JSON {"charset", "media_type", "url"}, then the bytes. Standard output: the JSON of an `Extracted`.
"""

import contextlib
import io
import json
import re
import resource
import sys
import zipfile
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

import docx
import pypdf
import trafilatura
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from tracker.intake.decoding import clean_text, decode, is_wide

MEMORY: Final = 1024**3
CPU_SECONDS: Final = 20
PAGES_MAX: Final = 200
LINE_MAX: Final = 500
WORDS_MIN: Final = 40  # of a page: less is a notice, not an article
UNPACKED_MAX: Final = 60 * 1024 * 1024  # of a document

_MARKUP: Final = re.compile(r"<\s*(!doctype\s+html|html|head|body|article|main|div|p)\b", re.IGNORECASE)
_PAID: Final = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.IGNORECASE)
# Old Office files, programs, pictures, archives, rich text.
_OTHER_KINDS: Final = (b"\xd0\xcf\x11\xe0", b"\x7fELF", b"MZ", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"{\\rtf")
_END: Final = re.compile(r"[.!?…:»”\")\]]\s*$")


@dataclass(frozen=True)
class Extracted:
    """What was found. `problem`: "" or why there is no text: no_text, paywall, encrypted, damaged, unknown_kind.

    `published_on` is a day in ISO form, or "".
    """

    kind: str = ""
    title: str = ""
    author: str = ""
    outlet: str = ""
    published_on: str = ""
    body: str = ""
    problem: str = ""


def extract(data: bytes, *, charset: str = "", media_type: str = "", url: str = "") -> Extracted:
    """The text and what is known of it. Which kind it is, is decided by the bytes, not by a name or a header."""
    if b"%PDF-" in data[:1024]:
        found = _extract_pdf(data)
    elif data.startswith(b"PK\x03\x04"):
        found = _extract_docx(data)
    elif data.startswith(_OTHER_KINDS) or _is_binary(data):
        return Extracted(problem="unknown_kind")
    else:
        text = decode(data, charset)
        found = _extract_html(text, url) if _MARKUP.search(text[:4_096]) else _extract_plain(text)
    found = replace(
        found,
        title=_line(found.title),
        author=_line(found.author),
        outlet=_line(found.outlet),
        body="" if found.problem else clean_text(found.body).strip("\n"),
    )
    return found if found.problem or found.body.strip() else replace(found, problem="no_text")


def _is_binary(data: bytes) -> bool:
    """Whether bytes are no text: more than one in fifty is a control character, and they are not UTF-16 or UTF-32."""
    sample = data[:4_096]
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in sample)
    return controls > len(sample) / 50 + 4 and not is_wide(data)


def _extract_html(page: str, url: str) -> Extracted:
    document = trafilatura.bare_extraction(
        clean_text(page), url=url or None, with_metadata=True, include_comments=False, include_tables=False
    )
    if document is None or isinstance(document, dict):
        return Extracted("html", problem="no_text")
    text = _without_title(document.text or "", document.title or "")
    found = Extracted(
        "html",
        title=document.title or "",
        author=document.author or "",
        outlet=document.sitename or "",
        published_on=_day(document.date),
        body=text,
    )
    words = len(text.split())
    if _PAID.search(page) and words < 5 * WORDS_MIN:
        return replace(found, problem="paywall")
    return replace(found, problem="no_text") if url and words < WORDS_MIN else found


def _without_title(text: str, title: str) -> str:
    """The text without the headline that many pages repeat above it."""
    first, _, rest = text.partition("\n")
    return rest if title and " ".join(first.split()).casefold() == " ".join(title.split()).casefold() else text


def _extract_plain(text: str) -> Extracted:
    cleaned = clean_text(text)
    if sum(c == "\ufffd" for c in cleaned) > len(cleaned) // 10:
        return Extracted(problem="unknown_kind")
    return Extracted("text", body=cleaned)


def _extract_pdf(data: bytes) -> Extracted:
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return Extracted("pdf", problem="encrypted")
        if len(reader.pages) > PAGES_MAX:
            return Extracted("pdf", problem="too_many_pages")
        about = reader.metadata
        pages = [page.extract_text() for page in reader.pages]
        title, author = (about.title or "", about.author or "") if about else ("", "")
        created = about.creation_date if about else None
    except Exception:  # parsers of damaged files raise anything
        return Extracted("pdf", problem="damaged")
    body = join_lines("\n".join(pages))
    return Extracted(
        "pdf", str(title), str(author), published_on=_day(created.date().isoformat() if created else None), body=body
    )


def _extract_docx(data: bytes) -> Extracted:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "word/document.xml" not in archive.namelist():
                return Extracted(problem="unknown_kind")
            if sum(each.file_size for each in archive.infolist()) > UNPACKED_MAX:
                return Extracted("docx", problem="damaged")
        document = docx.Document(io.BytesIO(data))
        about = document.core_properties
        body = "\n\n".join(text for text in _blocks(document) if text.strip())
        author = "" if about.author == "python-docx" else about.author or ""  # what its maker writes, not a person
        return Extracted("docx", about.title or "", author, body=body)
    except Exception:  # as above
        return Extracted("docx", problem="damaged")


def _blocks(document: Document) -> list[str]:
    found: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            found += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
    return found


def join_lines(text: str) -> str:
    """Paragraphs from the lines of a page layout: a line that fills the measure and ends no sentence goes on in the next one."""
    lines = [line.strip() for line in clean_text(text).split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    measure = lengths[int(len(lengths) * 0.9)] * 0.7
    paragraphs: list[str] = []
    goes_on = False
    for line in lines:
        if not line:
            goes_on = False
        elif goes_on and paragraphs:
            before = paragraphs[-1]
            hyphenated = before.endswith(("-", "\u00ad")) and line[0].islower()
            paragraphs[-1] = before[:-1] + line if hyphenated else f"{before} {line}"
        else:
            paragraphs.append(line)
        goes_on = (
            bool(line)
            and (len(line) >= measure or line.endswith(("-", ",", "\u00ad")))
            and not (_END.search(line) and len(line) < measure)
        )
    return "\n\n".join(paragraphs)


def _day(value: str | None) -> str:
    with contextlib.suppress(ValueError, TypeError):
        day = date.fromisoformat((value or "")[:10])
        return day.isoformat() if 1900 <= day.year <= 2200 else ""
    return ""


def _line(value: str) -> str:
    return " ".join(clean_text(value).split())[:LINE_MAX]


def main() -> None:
    """Read one file from standard input, write what was found to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    about = json.loads(sys.stdin.buffer.readline())
    try:
        found = extract(sys.stdin.buffer.read(), **about)
    except (MemoryError, RecursionError):
        found = Extracted(problem="damaged")
    sys.stdout.write(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
