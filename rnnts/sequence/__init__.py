"""Networks for people whose data are sequences, or come one observation at a time."""

from rnnts.sequence._online import OnlineRNN

__all__ = ["OnlineRNN"]
