"""Private feeds: an editor's reviews as a calendar, and their reminders as Atom. Anyone with the address can read them."""
