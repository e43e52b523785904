"""An article read whole: what is marked, where, why, and how fast."""

import random
import string
import subprocess
import sys
import time
from datetime import date

import pytest

from tracker.suggest import Kind, KnownSpeaker, Options, TopicExample, load_cues, suggest
from tracker.suggest.sentences import CAP

PUBLISHED = date(2024, 5, 15)
ENGLISH = (
    "Harbour town waits for its bridge\n\n"
    "The old bridge was closed in 2019 after a storm. The new one will open in June 2025, the harbour board said on Monday.\n\n"
    "Ann Lee, who chairs the board, said traffic would double within two years. “We will need a second lane by 2030,” she added. "
    "The board wants the state to pay. Boats passed under the old bridge for a century."
)
FRENCH = (
    "La ville attend son pont\n\n"
    "Le vieux pont a été fermé en 2019 après une tempête. Le nouveau ouvrira en juin 2025, a annoncé lundi le Conseil du port."
    "\n\n"
    "Le trafic devrait doubler d'ici deux ans, selon Anne Roux, qui préside le conseil. Le conseil souhaite que l'État paie. "
    "Les bateaux passaient sous le vieux pont depuis un siècle."
)
CHARACTERS = 100_000


def marked(text, language, **options):
    return [each.text for each in suggest(text, language, PUBLISHED, Options(**options)) if each.kind is not Kind.INTENTION]


def test_predictions_of_an_english_article_are_marked_and_nothing_else():
    assert [each.split()[0:3] for each in marked(ENGLISH, "en")] == [
        ["The", "new", "one"],
        ["Ann", "Lee,", "who"],
        ["“We", "will", "need"],
    ]


def test_predictions_of_a_french_article_are_marked_and_nothing_else():
    assert [each.split()[0:2] for each in marked(FRENCH, "fr")] == [["Le", "nouveau"], ["Le", "trafic"]]


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (FRENCH, "fr")])
def test_all_offsets_are_those_of_the_words(text, language):
    for each in suggest("😀 " + text, language, PUBLISHED):
        whole = "😀 " + text
        assert whole[each.start : each.end] == each.text
        assert all(each.start <= cue.start < cue.end <= each.end for cue in each.cues)
        if each.speaker is not None:
            assert whole[each.speaker_start : each.speaker_end] == each.speaker
        if each.deadline is not None:
            assert each.start <= each.deadline.start < each.deadline.end <= each.end


def test_suggestion_is_filled_from_the_sentence():
    first = suggest(ENGLISH, "en", PUBLISHED)[0]
    assert (first.paragraph, first.attribution, first.speaker, first.certainty) == (2, "stated", "the harbour board", "flat")
    assert first.deadline is not None
    assert first.deadline.latest == date(2025, 6, 30)
    assert 0.5 < first.score <= 1


def test_cues_explain_a_suggestion_by_its_words():
    names = {cue.name for cue in suggest(FRENCH, "fr", PUBLISHED)[1].cues}
    assert "devrait" in names
    assert names <= {rule.name for rule in load_cues("fr")}


def test_sentence_that_occurs_twice_is_suggested_at_both_places():
    found = suggest("Old news.\n\nThe bridge will open in June. So it is. The bridge will open in June.", "en", PUBLISHED)
    assert len({each.start for each in found if each.text == "The bridge will open in June."}) == 2


def test_title_is_not_suggested():
    assert suggest("The bridge will open in June 2025", "en", PUBLISHED) == []


def test_cue_switched_off_no_longer_marks():
    text = "Old news.\n\nThe bridge will open."
    assert marked(text, "en")
    assert not marked(text, "en", cues_off=frozenset({"will"}))


def test_threshold_of_the_caller_counts():
    assert not marked(ENGLISH, "en", thresholds={"likely": 1.1, "perhaps": 1.1})


def test_known_speaker_is_recognised_by_alias():
    known = KnownSpeaker(7, "Harbour Board of Nordal", ("the harbour board",))
    assert suggest(ENGLISH, "en", PUBLISHED, Options(speakers=(known,)))[0].speaker_key == 7


def test_speaker_of_the_rest_of_a_quotation_is_carried_over():
    found = [each for each in suggest(ENGLISH, "en", PUBLISHED) if each.text.startswith("“We will need")]
    assert [each.speaker for each in found] == ["Ann Lee"]


def test_topics_come_from_similar_sentences():
    examples = (
        TopicExample("A new bridge will open over the bay", ("transport",)),
        TopicExample("Wheat prices will fall", ("farming",)),
    )
    assert suggest(ENGLISH, "en", PUBLISHED, Options(topics=examples))[0].topics == ("transport",)


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="cues"):
        suggest("Das wird gut.", "de", PUBLISHED)


def test_sentence_is_scored_by_its_first_characters():
    text = "Old news.\n\nThe bridge " + "old " * (CAP // 4) + "will open in June 2025."
    assert suggest(text, "en", PUBLISHED) == []


RANDOM = "".join(random.Random(4).choices(string.printable + "«»“”éà’…", k=CHARACTERS))
HOSTILE = {
    "one letter": "a" * CHARACTERS,
    "dots": "." * CHARACTERS,
    "spaces": " " * CHARACTERS,
    "line feeds": "\n" * CHARACTERS,
    "quotes": "« " * (CHARACTERS // 2),
    "digits": "1" * CHARACTERS,
    "years": "2020 " * (CHARACTERS // 5),
    "dates": "1 May " * (CHARACTERS // 6),
    "initials": "A. " * (CHARACTERS // 3),
    "names": "Aaa de Bbb said " * (CHARACTERS // 16),
    "futures": "It will be. " * (CHARACTERS // 12),
    "lines of futures": "It will be.\n\n" * (CHARACTERS // 13),
    "reported futures": "said would " * (CHARACTERS // 11),
    "spans": "in three to four years " * (CHARACTERS // 23),
    "emoji": "😀" * CHARACTERS,
    "dotted I": "İ" * CHARACTERS,
    "NUL": "\0" * CHARACTERS,
    "surnames": " ".join(f"Ms X{n}x said the ferry would stop by June 2027." for n in range(CHARACTERS // 47)),
    "anything": RANDOM,
    "article": (ENGLISH + "\n\n") * (CHARACTERS // len(ENGLISH)),
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_within_a_second(name, language):
    text = HOSTILE[name]
    suggest(ENGLISH, language, PUBLISHED)  # loads the data
    began = time.process_time()
    suggest(text, language, PUBLISHED)
    assert time.process_time() - began < 1


def test_reading_needs_neither_database_nor_web_nor_numpy():
    code = (
        "import sys, datetime; from tracker.suggest import suggest; "
        "suggest('Old.\\n\\nIt will rain.', 'en', datetime.date(2024, 5, 15)); "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'sqlalchemy', 'flask', 'numpy', 'sklearn', 'simplemma'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_person_called_by_surname_is_the_one_whom_the_article_names_in_full():
    text = "“The pier will close in May,” said Maud Ferrier.\n\nMs Ferrier said the ferry would stop by June 2027."
    _, second = suggest(text, "en", date(2026, 11, 27))
    assert second.speaker == "Maud Ferrier"
    assert (second.speaker_start, second.speaker_end) == (text.index("Maud"), text.index("Maud") + len("Maud Ferrier"))
