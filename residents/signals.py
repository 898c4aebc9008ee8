"""What this part tells the ones above it."""

from django.dispatch import Signal

# An application waits for review, in its transaction. Arguments: application, now.
application_submitted = Signal()
# Leases end within 30 days in a community whose rules want reviewers to know, in a transaction.
# Sent every hour: whoever tells somebody remembers it by Lease.key. Arguments: community, leases
# (residents/verification/notices.py), now.
leases_end_soon = Signal()
