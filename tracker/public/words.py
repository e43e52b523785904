"""What readers are informed: one key, one text. Desk words and the newsroom's own terms have no place here."""

from typing import Final

from tracker.errors import N_

STATES: Final = {
    "open": N_("Still open"),
    "checking": N_("Being checked"),
    "not_observed": N_("Not observed so far"),
    "confirmed": N_("Came true"),
    "partly_confirmed": N_("Came true in part"),
    "refuted": N_("Did not happen"),
    "late": N_("Happened, but too late"),
    "unresolvable": N_("Cannot be established from public sources"),
    "void": N_("No longer applicable"),
    "under_review": N_("Under review"),
    "withdrawn": N_("Withdrawn"),
}
# The shape of each state in the sprite and the class of its colour.
SHAPES: Final = {
    "open": "open",
    "checking": "proposed",
    "not_observed": "open",
    "late": "refuted",
    "under_review": "under_review",
}
REASONS: Final = {
    "no_public_information": N_("There is no public information."),
    "sources_conflict": N_("The public sources contradict each other."),
    "too_vague": N_("The words are too vague to be judged."),
    "condition_not_met": N_("The condition was not met."),
    "withdrawn_by_speaker": N_("The speaker withdrew the prediction."),
    "superseded": N_("The speaker replaced the prediction with another."),
}
WITHDRAWALS: Final = {
    "mistake": N_("It was entered by mistake."),
    "duplicate": N_("It repeats another prediction."),
    "split": N_("It was split into several predictions."),
    "too_vague": N_("The words are too vague to be judged."),
    "not_a_prediction": N_("It is not a prediction."),
    "other": N_("It is no longer tracked."),
}
DEADLINES: Final = {
    "stated": N_("stated by the speaker"),
    "interpreted": N_("our reading of the speaker’s words"),
    "editor": N_("set by us"),
}
STANCES: Final = {
    "supports": N_("Supports"),
    "contradicts": N_("Contradicts"),
    "context": N_("Context"),
}
QUOTES: Final = {
    "verbatim": N_("Quoted as published."),
    "translation": N_("Quoted from a translation; original not seen."),
    "paraphrase": N_("Paraphrased."),
}
CERTAINTIES: Final = {
    "flat": N_("stated without reservation"),
    "hedged": N_("stated with a reservation"),
    "possible_only": N_("called possible, without saying how likely"),
    "comparative": N_("called likelier than something else"),
    "not_a_probability": N_("says nothing about how likely it is"),
    "not_recorded": N_("how surely it was said is not recorded"),
}
CONDITIONS: Final = {
    "unknown": N_("not known yet whether it was met"),
    "met": N_("it was met"),
    "not_met": N_("it was not met"),
}
CHANGES: Final = {
    "signed": N_("First verdict"),
    "update": N_("New verdict, because things changed"),
    "correction": N_("Correction: we had judged this wrongly"),
    "withdrawn": N_("Withdrawn"),
    "terms": N_("The terms were changed"),
    "postscript": N_("Postscript"),
    "reply": N_("Reply by a person concerned"),
    "offline": N_("Taken offline"),
}
METHOD: Final = (
    (
        N_("What we track"),
        N_(
            "Statements about the future that can be checked. We do not track every sentence, so these pages are "
            "no ranking of anyone. A verdict judges a sentence, never a person."
        ),
    ),
    (
        N_("Before the outcome"),
        N_(
            "For each prediction we write down what would count as true and by when. Each page says when these "
            "criteria were set, and whether that was before or after the review date. Every later change is "
            "listed under Corrections."
        ),
    ),
    (
        N_("Who decides"),
        N_(
            "One editor proposes a verdict with its sources, a second editor signs it. Where one editor decided "
            "alone, the page says so. Verdicts are never deleted: a correction or an update follows the old one "
            "on the same page."
        ),
    ),
    (
        N_("What the percentage means"),
        N_(
            "Our reading of the words that carry the doubt, from a fixed table. Of four predictions called "
            "likely, about one is not expected to happen. Where someone only calls a thing possible, we give no "
            "percentage."
        ),
    ),
    (
        N_("When nothing is found"),
        N_(
            "If the speaker set the time and it has passed, one thorough search that finds nothing is enough for "
            "“Did not happen”. If we set the time, it is not: the page then says as of when nothing was observed."
        ),
    ),
    (
        N_("Mistakes"),
        N_(
            "Anyone can report a mistake, and anyone who is named can reply. We answer a reply within three days "
            "and everything else within five working days."
        ),
    ),
)
OUTCOMES: Final = (
    ("confirmed", N_("What was predicted happened, within the time stated, or set by us.")),
    ("partly_confirmed", N_("A substantial part happened; an essential part did not.")),
    ("refuted", N_("It did not happen within the time, or the opposite did.")),
    ("unresolvable", N_("Public information neither confirms nor excludes it.")),
    ("void", N_("Its condition was not met, or the speaker withdrew or replaced the words.")),
)
