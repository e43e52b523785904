"""What predictions sound like, in both languages. Deterministic: all chance comes from the generator that is passed in."""

from random import Random
from typing import NamedTuple

WHO = ("the government", "the central bank", "the opposition", "Parliament", "the ministry", "the union", "the regulator",
       "the port authority", "the summit", "the commission", "the army", "the court", "the leader", "the group")  # fmt: skip
DOES = ("sign an agreement on", "raise taxes on", "postpone the vote on", "publish figures for", "open talks about",
        "ban exports of", "cut spending on", "announce a plan for", "withdraw from the treaty on", "double imports of",
        "resume deliveries of", "lose the case about")  # fmt: skip
WHAT = ("labour migration", "dual-use goods", "natural gas", "wheat", "drones", "steel", "semiconductors", "fishing rights",
        "rail freight", "nuclear fuel", "public housing", "school meals", "flood defences", "vaccines", "data centres",
        "fertiliser", "rare earths", "passenger ferries")  # fmt: skip
QUI = ("le gouvernement", "la banque centrale", "l’opposition", "le Parlement", "le ministère", "le syndicat", "l’État",
       "l’autorité portuaire", "le sommet", "la commission", "l’armée", "la cour", "le groupe", "l’Élysée")  # fmt: skip
FAIT = ("signera un accord sur", "augmentera les taxes sur", "reportera le vote sur", "publiera les chiffres de",
        "ouvrira des négociations sur", "interdira l’exportation de", "réduira les dépenses pour",
        "annoncera un plan pour", "se retirera du traité sur", "doublera les importations de")  # fmt: skip
QUOI = ("la main-d’œuvre étrangère", "biens à double usage", "gaz naturel", "blé tendre", "drones", "acier",
        "semi-conducteurs", "la pêche côtière", "le fret ferroviaire", "combustible nucléaire", "le logement social",
        "les cantines scolaires", "la protection contre les crues", "vaccins", "engrais", "terres rares")  # fmt: skip
WHEN = (
    "before the summer",
    "by the end of the year",
    "within six months",
    "before the election",
    "next spring",
    "in the coming weeks",
)
QUAND = ("avant l’été", "d’ici à la fin de l’année", "dans les six mois", "avant l’élection", "au printemps", "sous peu")
HEDGES = {"en": ("probably", "very likely", "is expected to", "may"), "fr": ("probablement", "sans doute", "devrait", "pourrait")}
OUTLETS = ("Le Quotidien", "The Weekly Post", "Agence Nord", "Radio Libre", "The Harbour Times", "La Gazette", "Evening Mail")
_SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ren",
    "so",
    "tal",
    "ver",
    "dun",
    "bor",
    "esh",
    "gra",
    "hel",
    "jo",
    "pin",
    "qua",
    "zé",
    "mar",
    "ti",
)


class Said(NamedTuple):
    """The words of one claim."""

    statement: str
    quote: str
    hedge: str
    confirmed_if: str
    refuted_if: str
    rationale: str


def name(chance: Random) -> str:
    """A name that nobody has, of two words."""
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize() for _ in range(2))


def claim(chance: Random, language: str, where: str) -> Said:
    """A prediction about a place that nobody knows."""
    hedge = chance.choice(HEDGES[language])
    pick, year = chance.choice, chance.randint(2024, 2027)
    if language == "fr":
        who, does, what, when = pick(QUI), pick(FAIT), pick(QUOI), pick(QUAND)
        statement = f"À {where}, {who} {does} {what} {when} {year}."
        quote = f"« {who.capitalize()} {does} {what} », {hedge}, {when}, a-t-il déclaré à {where}, où personne ne s’y attendait."
        return Said(statement, quote, hedge, f"Un texte officiel de {where} le dit.", f"Rien n’est publié à {where}.",
                    f"Le journal officiel de {where} l’a publié ; deux agences l’ont confirmé.")  # fmt: skip
    who, does, what, when = pick(WHO), pick(DOES), pick(WHAT), pick(WHEN)
    statement = f"In {where}, {who} will {does} {what} {when} {year}."
    quote = f"“{who.capitalize()} will {hedge} {does} {what} {when},” an official in {where} said, to everybody’s surprise."
    return Said(statement, quote, hedge, f"An official text from {where} says so.", f"Nothing is published in {where}.",
                f"The gazette of {where} has published it; two agencies confirmed it.")  # fmt: skip
