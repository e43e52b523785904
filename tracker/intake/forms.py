"""The form of a source: an address or a file."""

import wtforms

from tracker.web import i18n
from tracker.web.forms import Form, TokenField, UrlField
from tracker.web.forms import lazy_gettext as _l
from tracker.web.forms.files import FileField


class SourceForm(Form):
    """Where the text of an article is read from: an address or a file, not both."""

    address = UrlField(_l("Link to the article"), hint=_l("A public page. Pages behind a sign-in or a paywall cannot be read."))
    file = FileField(_l("File"), hint=_l("PDF with text, DOCX, HTML or TXT; up to 10 MB."))
    form_token = TokenField()

    def validate_file(self, field: FileField) -> None:
        """One of both is needed, and one is enough."""
        if (field.data is None) == (not self.address.data) and not self.address.errors:
            raise wtforms.ValidationError(i18n.gettext("Give a link or a file."))
