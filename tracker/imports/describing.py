"""What was found out about a file, in a line."""

from typing import Final

from tracker.errors import N_
from tracker.imports.reading import ENCODINGS, About, Kind
from tracker.web import speech

KINDS: Final = {
    Kind.CSV: N_("CSV"),
    Kind.XLSX: N_("Workbook (XLSX)"),
    Kind.JSONL: N_("JSON Lines"),
    Kind.PASTE: N_("Pasted rows"),
}
DELIMITERS: Final = {",": N_("commas"), ";": N_("semicolons"), "\t": N_("tabs"), "|": N_("vertical bars")}


def described(about: About) -> str:
    """Kind, encoding, delimiter and sheet, in the language spoken now: "CSV, UTF-8, between cells: commas"."""
    parts = [speech.gettext(KINDS[about.kind])]
    if about.encoding and about.kind is not Kind.PASTE:
        name = ENCODINGS[about.encoding]
        parts.append(speech.gettext("%(encoding)s with a byte order mark", encoding=name) if about.has_mark else name)
    if about.delimiter:
        parts.append(speech.gettext("between cells: %(delimiter)s", delimiter=speech.gettext(DELIMITERS[about.delimiter])))
    if about.sheet:
        parts.append(speech.gettext("sheet “%(name)s”", name=about.sheet))
    return ", ".join(parts)
