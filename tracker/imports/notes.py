"""The private note that an imported claim begins with: what the file says that only editors here may decide."""

from tracker.claims.labels import label
from tracker.claims.services.common import TEXT_MAX
from tracker.claims.words import Status
from tracker.imports.rows import IncomingRow
from tracker.web import i18n


def compose_note(incoming: IncomingRow, source: str, language: str) -> str:
    """The note in the newsroom's language, "" where the row says nothing of the kind. `source` is the file's name."""
    with i18n.use_language(language):
        lines = [
            i18n.gettext("%(field)s: %(value)s", field=column or i18n.gettext("Note"), value=value)
            for column, value in incoming.notes
        ]
        said = incoming.values.get("status")
        if said is not None and said not in (Status.DRAFT, Status.OPEN, Status.DUE):
            lines.insert(0, i18n.gettext("Status in the file: %(status)s", status=label(said)))
        if not lines:
            return ""
        head = i18n.gettext("Imported from %(file)s, line %(line)s.", file=source, line=incoming.line)
        if incoming.notes:
            unsigned = i18n.gettext("A verdict in it was not signed here.")
            head = f"{head} {unsigned}"
        return "\n".join((head, *lines))[:TEXT_MAX]
