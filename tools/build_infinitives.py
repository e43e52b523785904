"""Writes tracker/suggest/infinitives.fr.txt: French infinitives with their forms in the dictionary of simplemma.

Run by hand when simplemma changes: `.venv/bin/python tools/build_infinitives.py`. Reading an article needs the list alone.
"""

import re
from pathlib import Path

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

TARGET = Path(__file__).resolve().parents[1] / "tracker/suggest/infinitives.fr.txt"
_INFINITIVE = re.compile(r"[a-zà-öø-ÿœ]{2,}(?:er|[iï]r|re)")
_INFLECTED = re.compile(r".+(?:ant|r[ao]ns?|ront|r(?:ait|aient|ai|as|a|ons|ez)|ons|ez)")
# In common use, and missing from the dictionary or there without their forms.
_ADDED = "acter booster autocensurer cadrer cibler doper impacter lister relancer reconfiner scander sourcer télétravailler"


def main() -> None:
    found = set(_ADDED.split())
    for form, lemma in DefaultDictionaryFactory().get_dictionary("fr").items():
        form, lemma = (each.decode() if isinstance(each, bytes) else each for each in (form, lemma))
        if form != lemma and _INFINITIVE.fullmatch(lemma) and _INFLECTED.fullmatch(form):
            found.add(lemma)
    TARGET.write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
