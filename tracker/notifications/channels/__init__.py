"""The ways on which reminders leave the tracker. Each is a `base.Channel`; the dispatcher of the reminders does the rest."""
