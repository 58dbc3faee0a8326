"""What others hear of. Sent inside the transaction of the change."""

from django.dispatch import Signal

# person, grants (list), consent (or None), reason ("withdrawn", "ended", "suspended"), by.
# A receiver ends whatever rests on the grants: referrals, plan visibility, exports.
grants_ended = Signal()

# person, release, by
release_ended = Signal()

# person. A file is deleted: whoever holds what would stand in the way takes it away first.
person_goes = Signal()
