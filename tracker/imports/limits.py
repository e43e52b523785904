"""How much an import may be. What is over is refused early, with a sentence that names the limit."""

from dataclasses import dataclass
from typing import Final

MB: Final = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one file. Bytes and MB are of the file as it lies on disk, characters are code points."""

    file_bytes: int = 50 * MB
    rows: int = 1_000_000
    columns: int = 200
    cell: int = 100_000
    line: int = 1_000_000  # characters of one line of a text file
    record: int = 2_000_000  # characters of one row, where its cells hold line ends
    # Of a workbook, which is a ZIP:
    entries: int = 10_000
    directory: int = 2 * MB  # bytes of its table of contents
    unpacked: int = 2_048 * MB
    ratio: int = 200  # times that an entry of more than a few MB may grow
    strings: int = 50_000_000  # characters of the texts that its cells share


WEB: Final = Limits()
COMMAND: Final = Limits(file_bytes=4_096 * MB, rows=10_000_000)

# Up to so many rows an import is one transaction; beyond, it goes in batches and can be taken up again. While a transaction
# writes, no other can on SQLite, and its events wait in memory: a few seconds and some 100 MB.
WHOLE: Final = 5_000
BATCH: Final = 1_000
# What is so small is done while the browser waits; the scheduler does the rest.
AT_ONCE_ROWS: Final = 1_000
AT_ONCE_BYTES: Final = MB
# Bad rows that are kept for download.
BAD_ROWS: Final = 10_000
