"""The hands of an editor on the keyboard: each key is written down, and costs the seconds of a person's pace."""

from typing import Final

from playwright.sync_api import Page

KEY_SECONDS: Final = 0.25
READING_SECONDS: Final = 1.5  # of one passage, or one claim
WORDS: Final = "…"  # in the list: a text of one's own, put in at once, as one key
_SHOWN: Final = {"Control+Shift+Enter": "Ctrl+⇧+↵", "Control+Enter": "Ctrl+↵", "Enter": "↵", "ArrowDown": "↓"}


def press(page: Page, key: str) -> None:
    """Press a key once the scripts of the page listen."""
    page.wait_for_load_state()
    page.keyboard.press(key)


class Hands:
    """Presses keys and counts them; a chord is one. `lines`: what was pressed, a line for each passage or claim that was read."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.read = page, 0, 0
        self.lines: list[list[str]] = [[]]

    def look(self) -> None:
        """Read the next passage or claim."""
        self.read += 1
        self.new_line()

    def new_line(self) -> None:
        """Go on in the list with a new line."""
        if self.lines[-1]:
            self.lines.append([])

    def press(self, key: str) -> None:
        press(self.page, key)
        self._note(_SHOWN.get(key, key), 1)

    def paste(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self._note(WORDS, 1)

    def type(self, text: str) -> None:
        for key in text:
            press(self.page, key)
        self._note(text, len(text))

    def tab_to(self, name: str) -> None:
        for _ in range(60):
            if self.page.evaluate("document.activeElement.name") == name:
                return
            self.press("Tab")
        raise AssertionError(f"no way to {name}")

    def _note(self, shown: str, keys: int) -> None:
        self.lines[-1].append(shown)
        self.keys += keys

    @property
    def list(self) -> str:
        """What was pressed, a line for each passage or claim."""
        return "\n".join(" ".join(line) for line in self.lines)

    @property
    def seconds(self) -> float:
        return self.keys * KEY_SECONDS + self.read * READING_SECONDS
