"""Private feeds: an editor's reviews as a calendar, and their reminders as Atom. Whoever has the address can read them."""
