"""The field for a language: chosen by its name, stored as a BCP 47 tag."""

from typing import Any, ClassVar, Final

from tracker.web import i18n
from tracker.web.forms.base import Field
from tracker.web.forms.choices import ChoiceField
from tracker.web.language_names import find_language, language_name, suggestions

WRITTEN: Final = ("en", "fr")  # those in which newsrooms write of claims


def written_languages() -> list[tuple[str, str]]:
    """The languages in which newsrooms write of claims, with their names."""
    return [(tag, language_name(tag)) for tag in WRITTEN]


class WrittenLanguageField(ChoiceField):
    """The language of a text that an editor writes, drawn as a select of the two usual ones; `data` is a tag, or None.

    It starts with the language that the editor reads Tracker in, whatever the claim is in.
    """

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, written_languages, labels=language_name, default=i18n.language, **kwargs)

    def offer(self, tag: str) -> None:
        """Make the language of what the text is about a choice, too."""
        self._chosen(tag)

    def _chosen(self, key: str) -> object:
        if key not in self._by_key and find_language(key) == key:
            self.pairs.append((key, language_name(key)))
            self._by_key[key] = key
        return super()._chosen(key)


class LanguageField(Field):
    """A language; `data` is a tag, or None. A name in either interface language, or a tag, is understood.

    A tag that was stored and comes back untouched stays as it is, in any spelling.
    """

    kind: ClassVar[str] = "language"

    def process_data(self, value: Any) -> None:
        self.data = self.stored = value

    def read(self, values: list[Any]) -> None:
        typed = str(values[0]).strip() if values else ""
        self.data = self._find(typed) if typed else None

    def _find(self, typed: str) -> str:
        if self.stored and typed in (self.stored, language_name(self.stored)):
            return str(self.stored)
        found = find_language(typed)
        if found is None:
            raise ValueError(i18n.gettext("No such language. Choose one of the list, or give a code such as pt-BR."))
        return found

    def suggestions(self) -> list[str]:
        """The names to offer."""
        return suggestions()

    def _value(self) -> str:
        if self.raw_data:
            return self.typed()
        return language_name(self.data) if self.data else ""
