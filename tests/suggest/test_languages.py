"""In which language a text is, or that nothing can be told."""

from pathlib import Path

import pytest

from tracker.suggest.languages import recognise_language

DATA = Path(__file__).resolve().parents[1] / "data"
SPANISH = (
    "El gobierno anunció que la reforma de las pensiones entrará en vigor el próximo año, según un comunicado publicado en la "
    "página del ministerio. La oposición no está de acuerdo con la medida y pedirá una sesión en el parlamento."
)
GERMAN = (
    "Die Regierung hat angekündigt, dass die Reform der Renten im nächsten Jahr in Kraft tritt, so eine Mitteilung auf der Seite "
    "des Ministeriums. Die Opposition ist mit der Maßnahme nicht einverstanden und will eine Sitzung im Parlament beantragen."
)


@pytest.mark.parametrize(("name", "language"), [("harbour.en.txt", "en"), ("vallee.fr.txt", "fr")])
def test_language_of_an_article_is_recognised(name: str, language: str):
    assert recognise_language((DATA / name).read_text(encoding="utf-8")) == language


@pytest.mark.parametrize("text", ["", "The ferry stops.", "五月" * 200, SPANISH, GERMAN])
def test_other_languages_and_short_texts_are_left_open(text: str):
    assert recognise_language(text) is None
