"""Guard against ZIP bombs: check the directory's size and the unpacked sizes before opening an archive.

`zipfile` creates an object for every entry before they can be counted, and unpacks without a limit.
"""

import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tracker.errors import N_, DiskFull
from tracker.imports.limits import MB, Limits
from tracker.imports.readers.table import BadFile
from tracker.imports.stats import Number
from tracker.outages import is_disk_full

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_SMALL = 4 * MB  # what an entry may unpack to however well it was packed


def open_zip(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The archive. Raises BadFile if it is none, is damaged, or would unpack to more than the limits say."""
    if read_directory_size(path) > limits.directory:
        raise BadFile(N_("This spreadsheet file has more than %(most)s parts."), most=Number(limits.entries))
    try:
        with refuse_damage():
            archive = zipfile.ZipFile(path)
    except ValueError as error:
        raise damaged_file() from error
    try:
        _check(archive, limits)
    except BadFile:
        archive.close()
        raise
    return archive


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise BadFile(N_("This spreadsheet file has more than %(most)s parts."), most=Number(limits.entries))
    for entry in entries:
        too_dense = entry.file_size > _SMALL and entry.file_size > limits.ratio * max(entry.compress_size, 1)
        if too_dense or entry.flag_bits & 0x1:
            raise BadFile(N_("This spreadsheet file is locked, or packed so tightly that it cannot be trusted. Save it as CSV."))
    if sum(entry.file_size for entry in entries) > limits.unpacked:
        raise BadFile(
            N_("This spreadsheet file would unpack to more than %(most)s MB. Save it as CSV."), most=Number(limits.unpacked // MB)
        )


@contextmanager
def refuse_damage() -> Generator[None]:
    """Raises BadFile for what a damaged archive raises while it is read, and DiskFull where there is no room to unpack it."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, UnicodeDecodeError, OSError, NotImplementedError) as error:
        raise DiskFull() if is_disk_full(error) else damaged_file() from error


def damaged_file() -> BadFile:
    """The refusal of a damaged file."""
    return BadFile(N_("This spreadsheet file is damaged. Open it in a spreadsheet program and save it again."))


def read_directory_size(path: Path) -> int:
    """How many bytes the table of contents has, by the end-of-archive record. Raises BadFile where there is no end."""
    size = path.stat().st_size
    with path.open("rb") as file:
        # The record at the very end, else the last one that a comment of up to 64 kB may follow: as zipfile looks for it.
        file.seek(max(size - _END.size - 65_536, 0))
        start, tail = file.tell(), file.read()
        at = len(tail) - _END.size
        if at < 0 or not (tail[at:].startswith(b"PK\x05\x06") and tail.endswith(b"\x00\x00")):
            at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            raise damaged_file()
        found: int = _END.unpack_from(tail, at)[5]
        # An archive may say so once more, in 64 bits; then that counts.
        before = start + at - _LOCATOR.size
        if before >= 0:
            file.seek(before)
            signature, _disk, place, _disks = _LOCATOR.unpack(file.read(_LOCATOR.size))
            if signature == b"PK\x06\x07":
                for candidate in (before - _END64.size, place):
                    if 0 <= candidate <= size - _END64.size:
                        file.seek(candidate)
                        record = _END64.unpack(file.read(_END64.size))
                        if record[0] == b"PK\x06\x06":
                            found = max(found, record[8])
    return found
