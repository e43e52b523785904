"""A filter of the queue as it is drawn."""

from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Choice:
    """One filter as it is drawn: its name in the address, its label, and (value, label) pairs with the chosen value.

    most: how many entries are offered at most. others: the page on which to find those that are not.
    """

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str
    most: int = 0
    others: str = ""
    is_by_name: bool = False  # whether others can be chosen by their name

    @property
    def is_cut(self) -> bool:
        """Whether there may be entries that the list does not offer."""
        return 0 < self.most < len(self.options)

    @property
    def in_words(self) -> str:
        """What was chosen; "" where nothing was."""
        return dict(self.options).get(self.chosen, self.chosen) if self.chosen else ""

    @property
    def drawn(self) -> Markup:
        """The options as markup. There are hundreds, which a template would take as long for as for all claims."""
        options = [*self.options]
        if self.chosen and all(value != self.chosen for value, _label in options):
            options.insert(0, (self.chosen, self.chosen))
        lines = (
            f'<option value="{escape(value)}"{" selected" if value == self.chosen else ""}>{escape(label)}</option>'
            for value, label in options
        )
        return Markup("\n".join(lines))  # noqa: S704  (its parts are escaped)
