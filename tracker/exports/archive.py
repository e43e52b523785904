"""Everything that may leave the newsroom, in one ZIP: each table as CSV, the history, and what the columns mean.

A ZIP has its table of contents at the end, so one that broke off does not open.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from tracker import __version__, clock
from tracker.exports import formats
from tracker.exports.data_dictionary import MEANINGS
from tracker.exports.query import Filters
from tracker.exports.tables import TABLES
from tracker.ledger import export, reading

Progress = Callable[[str, int, int], None]
STEP: Final = 1_000  # rows between two reports
NO_LIMIT: Final = 10**12

README = """\
Tracker export / Export du tracker
==================================
*.csv           UTF-8, RFC 4180. A cell that starts with = + - @ or ' has one ' put in front of it.
                UTF-8, RFC 4180. Une cellule commençant par = + - @ ou ' est précédée d’une apostrophe '.
dictionary.csv  What each column means / Sens de chaque colonne
history.jsonl   The history, one event a line / L’historique, un événement par ligne
manifest.json   When, by which version, how many rows, and the head of the history to cite
                Quand, par quelle version, combien de lignes, et la tête de l’historique à citer

Private notes and internal evidence are not in it. / Sans les notes privées ni les preuves internes.
A speaker who is only implied is marked "implied": not to be published as a name.
Un locuteur seulement déduit est marqué « implied » : à ne pas publier comme un nom.
"""


def write_archive(
    path: Path, session: Session, *, with_sample: bool = False, past: bool = False, progress: Progress | None = None
) -> None:
    """Write the archive of what a session sees. `past`: it sees a day's rebuilt state, which has no history of its own.

    `progress` takes (table, rows written, rows in all).
    """
    filters = Filters(with_sample=with_sample)
    counts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for table in TABLES.values():
            if past and table.name == "events":
                continue
            total = table.count(session, filters, NO_LIMIT) if progress else 0
            rows = _counted(table.rows(session, filters), table.name, counts, progress, total)
            _pour(archive, f"{table.name}.csv", formats.format_csv(table.columns, rows))
        _pour(archive, "dictionary.csv", formats.format_csv(("table", "column", "meaning_en", "meaning_fr"), _dictionary()))
        if not past:
            _pour(archive, "history.jsonl", (f"{line}\n" for line in export.lines(session)))
        head = reading.head(session)
        manifest = {
            "made_at": formats.format_moment(clock.now()),
            "tracker": __version__,
            "rows": counts,
            "history_head": {"seq": head.seq, "hash": head.hash} if not past else None,
        }
        archive.writestr("manifest.json", json.dumps(manifest, indent=2) + "\n")


def _dictionary() -> Iterator[tuple[str, ...]]:
    for table in TABLES.values():
        for column in table.columns:
            yield (table.name, column, *MEANINGS[column])


def _counted(
    rows: Iterable[list[object]], name: str, counts: dict[str, int], progress: Progress | None, total: int
) -> Iterator[list[object]]:
    counts[name] = 0
    for row in rows:
        counts[name] += 1
        yield row
        if progress and counts[name] % STEP == 0:
            progress(name, counts[name], total)
    if progress:
        progress(name, counts[name], counts[name])


def _pour(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    with archive.open(name, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece.encode("utf-8"))
