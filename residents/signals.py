"""What this part tells the ones above it."""

from django.dispatch import Signal

# An application waits for review, in its transaction. Arguments: application, now.
application_submitted = Signal()
