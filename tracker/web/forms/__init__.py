"""Forms: what a page sends, checked before any service sees it. Plain WTForms, free of Flask.

    class PostponeForm(Form):
        version = VersionField()
        review_on = DayField(_l("New review date"), prefer="future", required=True)
        reason = AreaField(_l("Why"), required=True, max_length=2_000)

`Form(request.form)` binds it, `validate()` checks it, `collect_refusals(form)` adds a service's Invalid to its field, and the
macro `field(form.reason)` draws it. Every error is already a sentence in the language of the page.
"""

from tracker.web.forms.base import Form, collect_refusals, feed, label_of
from tracker.web.forms.choices import ChoiceField, ChoicesField, RadioField
from tracker.web.forms.days import DayField
from tracker.web.forms.fields import CheckField, HiddenTextField, IntegerField, TokenField, VersionField
from tracker.web.forms.languages import LanguageField, WrittenLanguageField
from tracker.web.forms.text import AreaField, EmailField, SecretField, TextField
from tracker.web.forms.urls import UrlField, ascii_host, host_of, web_address
from tracker.web.i18n import lazy_gettext

__all__ = [
    "AreaField",
    "CheckField",
    "ChoiceField",
    "ChoicesField",
    "DayField",
    "EmailField",
    "Form",
    "HiddenTextField",
    "IntegerField",
    "LanguageField",
    "RadioField",
    "SecretField",
    "TextField",
    "TokenField",
    "UrlField",
    "VersionField",
    "WrittenLanguageField",
    "ascii_host",
    "collect_refusals",
    "feed",
    "host_of",
    "label_of",
    "lazy_gettext",
    "web_address",
]
