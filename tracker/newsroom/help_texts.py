"""What each screen is for, in a few sentences, and which screen a page belongs to."""

from dataclasses import dataclass
from typing import Final

from tracker.errors import N_


@dataclass(frozen=True)
class Help:
    """Help for one screen: its title, its sentences, and the endpoint where it is."""

    title: str
    endpoint: str
    texts: tuple[str, ...]


HELP: Final[dict[str, Help]] = {
    "queue": Help(
        N_("Review queue"),
        "queue.index",
        (
            N_(
                "Claims come here on their review date: overdue ones first, then those of this week, verdicts that wait "
                "for a second signature, and the next 30 days."
            ),
            N_(
                "Open a claim to give a verdict, log a check or move its review date. Press Space to see its quote, "
                "criteria and evidence without leaving the list."
            ),
            N_(
                "Select several claims to reassign them, move their review dates or add a topic. What you did to them can "
                "be undone for ten minutes."
            ),
            N_("“Recently signed”, below the title, lists the verdicts that hold, the last signature first."),
        ),
    ),
    "overview": Help(
        N_("Overview"),
        "overview.index",
        (
            N_(
                "The overview shows how the newsroom is doing: reviews coming due, verdicts per month, days from review "
                "date to signature, and what is judged."
            ),
            N_(
                "Each figure has a table with the same numbers and a CSV file. Chief editors also see the open work of "
                "each owner; it is a load, not a ranking."
            ),
        ),
    ),
    "articles": Help(
        N_("Articles"),
        "articles.index",
        (
            N_("An article is the published text that holds the predictions. Every claim belongs to one."),
            N_(
                "Add its text to select quotes in it. A corrected text is kept next to the first one, and quotes stay with "
                "the text that they were taken from."
            ),
        ),
    ),
    "sorting": Help(
        N_("Sort predictions"),
        "articles.unsorted",
        (
            N_(
                "Tracker marks sentences of an article that may be predictions. Keep a passage as a claim, edit it first, "
                "reject it or leave it for later; each decision can be undone for ten minutes."
            ),
            N_("Nothing becomes a claim before an editor keeps it. What is not sorted stays, also for colleagues."),
        ),
    ),
    "publishing": Help(
        N_("Publication"),
        "",
        (
            N_(
                "Readers see an article and its predictions from the moment when it is published. The preview shows "
                "what they will see."
            ),
            N_("Drafts, notes, internal evidence and internal checks are never shown to readers."),
            N_(
                "A person’s scorecard is hidden from readers until a chief editor shows it, with a reason that stays in the "
                "history."
            ),
        ),
    ),
    "claims": Help(
        N_("Claims"),
        "claims.index",
        (
            N_(
                "The list holds all claims, newest first. Search for words of the statement, the quote or the speaker, for "
                "a phrase in quotation marks, or for a number; filter by status and, where the newsroom has desks, by that of "
                "the owner."
            ),
            N_(
                "A claim keeps the exact words, who said them, how sure they were, what would count as confirmed, and the "
                "date on which it is reviewed."
            ),
            N_(
                "A verdict is proposed by one editor and signed by another. Its terms cannot be changed while it waits for "
                "the signature."
            ),
        ),
    ),
    "speakers": Help(
        N_("Speakers"),
        "speakers.index",
        (
            N_("A speaker is the person or organisation that made a prediction. One without a speaker is the article’s own."),
            N_(
                "Two entries for the same speaker can be merged, and the merge can be undone. An implied speaker is never "
                "named outside the newsroom."
            ),
        ),
    ),
    "topics": Help(
        N_("Topics"),
        "topics.index",
        (N_("Topics group claims across articles. The review queue, the overview and the exports can be limited to one."),),
    ),
    "scorecards": Help(
        N_("Scorecards"),
        "scorecards.index",
        (
            N_(
                "A scorecard counts what came true among the judged predictions of a speaker, a topic or the newsroom, "
                "with the range that chance allows."
            ),
            N_(
                "No rate is shown for fewer than ten judged predictions. Claims without a likelihood are tracked and "
                "judged, but not counted."
            ),
        ),
    ),
    "exports": Help(
        N_("Exports"),
        "exports.index",
        (
            N_("Exports are files of claims, verdicts and evidence as CSV, Excel or JSON Lines, for all or for a period."),
            N_(
                "The address of an export repeats it later with the same choices. Internal evidence and implied names are "
                "never part of one."
            ),
        ),
    ),
    "imports": Help(
        N_("Import"),
        "imports.index",
        (
            N_(
                "Import claims that are kept in a spreadsheet. Nothing is stored before you have seen how each column is "
                "read and which rows have a problem."
            ),
        ),
    ),
    "record": Help(
        N_("Record of the newsroom"),
        "record.index",
        (
            N_(
                "The record lists who did what and when. Entries are never changed; a text written by mistake can be "
                "erased by a chief editor, with a reason."
            ),
        ),
    ),
    "reminders": Help(
        N_("Reminders"),
        "reminders.index",
        (
            N_(
                "Reminders tell you what waits for you: your claims on their review date, signatures asked of you, and "
                "notes that mention you."
            ),
            N_("Mail, calendar and feeds are set up in your settings."),
        ),
    ),
    "people": Help(
        N_("People"),
        "people.index",
        (
            N_(
                "Invite editors, change their roles and disable accounts here. The claims of a disabled account are handed "
                "over or freed."
            ),
        ),
    ),
    "reports": Help(
        N_("Reports from readers"),
        "publishing.reports",
        (
            N_(
                "Readers report a mistake or reply on the public pages. Each report has a day by which to answer it; it can also "
                "be closed without an answer."
            ),
        ),
    ),
    "cues": Help(
        N_("Cues of predictions"),
        "cues.index",
        (
            N_(
                "Cues are the words by which Tracker marks sentences. The page shows how often your editors kept what each one "
                "marked; chief editors can switch one off for articles read from then on."
            ),
        ),
    ),
    "api": Help(
        N_("API"),
        "api_docs.show",
        (
            N_(
                "Other programs read and add claims with a token, which acts in the name of its editor and within its scopes. "
                "No program can sign a verdict."
            ),
        ),
    ),
    "operations": Help(
        N_("Operations"),
        "operations.index",
        (
            N_(
                "This page shows administrators whether messages are sent, which ones failed and why, and when each job ran "
                "last. Failed messages can be sent again from here."
            ),
        ),
    ),
    "settings": Help(
        N_("Settings"),
        "newsroom.account",
        (
            N_(
                "Your account holds your language, theme, password and reminders. Chief editors and administrators also "
                "set the rules of the newsroom."
            ),
        ),
    ),
}
