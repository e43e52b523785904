"""Descriptors of the events of imports."""

from tracker.accounts.events import ACCOUNTS
from tracker.errors import N_
from tracker.imports.text_stores import STORES
from tracker.ledger.descriptors import Descriptors, EventKind, Field, Member, RowKind
from tracker.ledger.formatters import text_field

# What an import's event counts; a row that was read, or what was made of it.
_COUNTS = (
    Member("file", text_field(N_("File"))),
    Member("rows", Field(N_("Rows"))),
    Member("created", Field(N_("New claims"))),
    Member("articles", Field(N_("New articles"))),
    Member("speakers", Field(N_("New speakers"))),
    Member("topics", Field(N_("New topics"))),
    Member("bad", Field(N_("Rows with errors"))),
)

DESCRIPTORS = Descriptors(
    events=(
        EventKind("import.run", N_("imported claims from a file"), ACCOUNTS, members=_COUNTS),
        EventKind("import.batch", N_("imported a part of a file"), ACCOUNTS, members=_COUNTS),
    ),
    rows=(RowKind("import", N_("import %(number)s")),),
    stores=STORES,
)
