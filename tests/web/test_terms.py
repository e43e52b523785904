"""One term for each thing, in both languages: what no text of the interface calls it."""

import re
from typing import Final

import pytest

from tests.web.test_translations import entries, strings

# What a text may not say, with what it says instead.
NEVER: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "en": (
        (r"\bdue date", "review date"),
        (r"\breview day", "review date"),
        (r"\bback on the desk|\bcomes? back to the desk", "review date"),
        (r"^By when|\bmust have happened by", "deadline"),
        (r"\bour words", "statement"),
        (r"\btheir words", "quote"),
        (r"\bon(to)? the desk\b|\bput .* on the desk", "start tracking"),
        (r"\bsaid likelihood", "stated likelihood"),
        (r"\blook(s|ed)? after", "owner, manages"),
        (r"\btake(s|n)? it back|^taken back", "withdraw the proposal"),
        (r"\b(the|this) tracker\b", "Tracker"),
        (r"\b(who|what|when)ever\b", "anyone who"),
        (r"\b(some|any|no)body\b", "a person, anyone, no owner"),
        (r"\bmeanwhile\b|\bowed\b", "in the meantime, due"),
        (r"\bseals?\b|\bsealed\b", "hash"),
        (r"\breaders will\b|\bsign off and publish\b", "nothing before there are pages for readers"),
    ),
    "fr": (
        (r"jour de (la|l’examen|sa) ?vérification|jour de vérification|jour de l’examen", "date de vérification"),
        (r"à revoir le|de retour à la rédaction", "date de vérification"),
        (r"\bnos mots\b", "énoncé"),
        (r"\bleurs mots\b", "citation"),
        (r"confier à la rédaction|confiée? à la rédaction", "mettre en suivi"),
        (r"\bregards?\b", "vérification consignée"),
        (r"probabilité dite", "probabilité annoncée"),
        (r"\blocuteur|\bintervenant", "auteur du propos"),
        (r"\brattachement|\bappartenance", "fonction ou organisme"),
        (r"n’en répond", "sans responsable"),
        (r"\béditeur|\bédite", "rédaction"),
        (r"\ble tracker\b|\bce tracker\b|\ble système\b", "Tracker"),
        (r"\bsceau|\bscellé", "empreinte"),
        (r"\bhors bilan", "non comptée"),
        (r"n’importe qui", "peu importe"),
        (r"\bcourriel|adresse électronique", "e-mail, adresse e-mail"),
        (r"^File\b|\bla file\b", "prévisions à vérifier"),
    ),
}


@pytest.mark.parametrize("language", NEVER)
def test_no_text_uses_a_term_that_the_vocabulary_rules_out(language: str) -> None:
    found = []
    for catalogue, english, translated in entries("fr"):
        for text in strings(english) if language == "en" else translated:
            for pattern, better in NEVER[language]:
                if re.search(pattern, text, re.IGNORECASE):
                    found.append(f"{catalogue}: {text!r} (instead of {pattern!r}: {better})")
    assert not found, "\n".join(sorted(found))


def test_review_date_and_deadline_have_one_term_each_in_every_catalogue() -> None:
    found = []
    for catalogue, english, translated in entries("fr"):
        for pattern in (r"\bdue date", r"\breview day", r"^By when", r"must have happened by", r"back on the desk"):
            found += [f"{catalogue}: {text!r}" for text in strings(english) if re.search(pattern, text, re.IGNORECASE)]
        for pattern in (r"jour de l’examen", r"jour de (la |sa )?vérification", r"à revoir le", r"de retour à la rédaction"):
            found += [f"{catalogue}: {text!r}" for text in translated if re.search(pattern, text, re.IGNORECASE)]
    assert not found, "\n".join(sorted(found))


def test_no_choice_is_just_anyone_in_french() -> None:
    assert [text for _, _, forms in entries("fr") for text in forms if re.search(r"n’importe qui", text, re.IGNORECASE)] == []
