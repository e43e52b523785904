"""The forms of articles: details, text, and the words of a quote."""

from typing import Any, Final

import wtforms

from tracker.articles.services import TEXT_MAX
from tracker.web import i18n
from tracker.web.forms import (
    AreaField,
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    HiddenTextField,
    LanguageField,
    RadioField,
    TextField,
    TokenField,
    UrlField,
    VersionField,
)
from tracker.web.forms import lazy_gettext as _l

LINE_MAX: Final = 500


class PastedText(AreaField):
    """A text as it was received: quotes are found in it by their exact place, so nothing of it is cleaned away.

    The service refuses what cannot be stored.
    """

    longest = TEXT_MAX

    def read(self, values: list[object]) -> None:
        self.data = str(values[0]) if values else ""


class ArticleForm(Form):
    """The details of an article."""

    title = TextField(_l("Headline"), required=True, max_length=LINE_MAX)
    outlet = TextField(_l("Outlet"), max_length=LINE_MAX)
    url = UrlField(_l("Link to the article"))
    author = TextField(_l("Author of the article"), max_length=LINE_MAX)
    author_editor_id = ChoiceField(
        _l("Is the author a member of this newsroom?"),
        blank=_l("No"),
        hint=_l("In some newsrooms, authors do not judge the claims of their own articles."),
    )
    published_on = DayField(
        _l("Published on"), prefer="past", required=True, hint=_l("“12 Sep 2023”, “26/9/2023” and “12 septembre 2023” all work.")
    )
    language = LanguageField(_l("Language of the text"), required=True)

    def validate_published_on(self, field: DayField) -> None:
        """An article that is not published yet has no claims."""
        if field.data is not None and field.data > i18n.today():
            raise wtforms.ValidationError(i18n.gettext("This day is in the future."))

    def values(self) -> dict[str, Any]:
        """The columns of an article."""
        names = ("title", "outlet", "author", "author_editor_id", "published_on", "language")
        return {**{name: self[name].data for name in names}, "url": self.url.data or None}


class NewArticleForm(ArticleForm):
    """A new article, with its text where there is one."""

    language = LanguageField(_l("Language of the text"), hint=_l("Leave it empty if you paste the text: it is recognised."))
    body = PastedText(
        _l("Article text"),
        hint=_l(
            "Paste it from the page. A copy is stored so that quotes can always be checked. Leave it empty for spoken words."
        ),
    )
    form_token = TokenField()


class EditArticleForm(ArticleForm):
    """A stored article, in the version that the editor saw."""

    version = VersionField()
    form_token = TokenField()


class TextForm(Form):
    """A further text of an article."""

    body = PastedText(_l("Corrected text"), required=True)
    form_token = TokenField()


class MarkForm(Form):
    """The words of a quote. `place`: a script's selection; `has_several`: the words occur more than once, so `which` is asked."""

    has_several = False
    sentences = ChoicesField(_l("Sentences"), hint=_l("Tick the first and the last to take everything between them, too."))
    words = PastedText(_l("Or the exact words"), hint=_l("Paste them from the paragraph."))
    which = RadioField(_l("Which occurrence"))
    place = HiddenTextField(max_length=32)
