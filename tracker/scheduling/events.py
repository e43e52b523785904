"""Free text of the scheduler, for erasing. It writes no events of its own."""

from tracker.errors import N_
from tracker.ledger.descriptors import Descriptors
from tracker.ledger.text_stores import column_store
from tracker.scheduling.models import JobRun

DESCRIPTORS = Descriptors(stores=(column_store(N_("Outcome of a job"), json_columns=(JobRun.result,)),))
