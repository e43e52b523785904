"""Reminders: what is due to whom, planned into an outbox and sent from it. The rules, all of them:

**A claim.** Its owner hears of it 7 days before its review, on the day, 7 and 30 days late; the chiefs once, 37 days late; then
there is silence. Each is a step of one wait: postponing, returning, reopening begin a new wait (`due_cycle`) and arm the steps
afresh. A step whose day lies before the wait began does not exist, and lateness counts from the later of the two. Of steps that
were missed, because nothing ran, the newest alone is due. A claim no one owns is the desk address's.

**A proposal.** The editor whose signature was asked for hears of it at once, and again after three working days.

**A digest.** On a newsroom's working days, at its hour or the editor's own: what is overdue, due this week, to be signed; nothing
where all three are empty. Its key is the day, so that no change of the clock makes two. Of digests that were missed, the last one
is caught up with, unless today's is still to come.

**One message at a time.** A reminder about a claim that is in a digest of the same editor going out at the same time travels
in that digest and is no message of its own. Of others, more than three to one recipient at one time become one message. What is
off for a recipient by preference is not sent, the person who they stand in for.

**Who gets it.** An editor on leave has a stand-in who gets it in their place, and whose digest shows it; no one gets what is
due to a disabled editor but the desk address. Samples are reminded of in a demonstration alone.

**When it is sent.** What was planned is looked at again right before it goes out, and cancelled, visibly, where it is no longer
so. It counts as sent once the receiver has accepted it. A process that dies in between leaves a second copy, under the same id.
"""
