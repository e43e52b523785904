"""The ways on which reminders leave the tracker. Each is a `base.Channel`; the courier of the reminders does the rest."""
