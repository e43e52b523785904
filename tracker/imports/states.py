"""Where an import stands between the steps."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """What was done last, or is being done (`-ing`): by the scheduler, or at once where the file is small."""

    READING = "reading"  # all of the file is looked at
    MAPPING = "mapping"  # an editor says what the columns are
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    COMMAND = "command"  # the command line is at it


WORK: Final = (State.READING, State.CHECKING, State.RUNNING)
# From these, an editor may say anew what the columns are.
OPEN: Final = (State.MAPPING, State.CHECKED, State.FAILED)
