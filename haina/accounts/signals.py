"""What accounts tell the apps above them, in the transaction of the act."""

from django.dispatch import Signal

# Somebody holds more than before. Arguments: administrator, by, now.
raised = Signal()
