"""Tables of imports: the file between the steps, what became of it, and mappings kept by name."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker import clock
from tracker.db import Base, BigId


class State(StrEnum):
    """The step that an import is at. Those in WORK are done by the scheduler, or at once for a small file."""

    READING = "reading"  # all of the file is profiled
    MAPPING = "mapping"  # an editor maps the columns
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    COMMAND = "command"  # run by the command line


WORK: Final = (State.READING, State.CHECKING, State.RUNNING)
# States from which an editor may change the mapping.
OPEN: Final = (State.MAPPING, State.CHECKED, State.FAILED)


class ImportJob(Base):
    """One file on its way in. What is JSON here is described where it is made: `about`, `plan` and `tally`."""

    __tablename__ = "import_job"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))  # what its sender calls the file
    kind: Mapped[str] = mapped_column(String(16), server_default="", default="")
    size: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))  # none: from the command line
    choices: Mapped[str] = mapped_column(Text, server_default="", default="")  # JSON of ReadOptions
    about: Mapped[str] = mapped_column(Text, server_default="", default="")
    plan: Mapped[str] = mapped_column(Text, server_default="", default="")
    tally: Mapped[str] = mapped_column(Text, server_default="", default="")
    fault: Mapped[str] = mapped_column(Text, server_default="", default="")
    skip_bad: Mapped[bool] = mapped_column(default=False)  # import the good rows although there are bad ones
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    line_done: Mapped[int] = mapped_column(default=0)  # the last line of the last batch that is stored for good
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    touched_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        Index("ix_import_job_state_id", "state", "id"),  # what the scheduler has to do next
        Index("ix_import_job_editor_id", "editor_id", "id"),  # an editor's own imports
        Index("ix_import_job_touched_at", "touched_at"),  # expired imports
    )


class ImportChunk(Base):
    """A piece of an uploaded file, kept where every web process and the scheduler find it."""

    __tablename__ = "import_chunk"

    job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ImportBadRow(Base):
    """A row that cannot be imported, to be downloaded with what is wrong with it."""

    __tablename__ = "import_bad_row"

    job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id"), primary_key=True)
    line: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    cells: Mapped[str] = mapped_column(Text)  # JSON list
    problems: Mapped[str] = mapped_column(Text)  # JSON list of [column, message, value]


class ImportMapping(Base):
    """A plan that an editor keeps under a name, for the next file of its kind."""

    __tablename__ = "import_mapping"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    plan: Mapped[str] = mapped_column(Text)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("editor.id"))
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
