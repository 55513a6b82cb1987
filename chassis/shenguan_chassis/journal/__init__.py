"""Who did what, when, and with which answer? Rows beside their effects, sealed behind the commit, proven to strangers.

row        the row of a command or refusal, written with its effect
entries    what a row, or a kept event, says in the log: a text, and the hash of it
merkle     many hashes under one root, and the short proof that one is among them
head       what a seal states, signs, and links to those before it
sealing    one more seal over what has come; `sealer` does it in the background
verifying  is everything as it was sealed? the first thing that is not, by name
proving    that an entry is under a head, in a few hashes
comparing  is a log the one that others saw? `faults` names what can be wrong
exporting  taking a log along, to verify it offline
history    what happened to one aggregate
renumbering  going on where a restored database counts its transactions from anew
"""

from .row import JOURNAL_COLUMNS, JOURNAL_TYPES, JournalRow, RefusedAtTheDoor

__all__ = ["JOURNAL_COLUMNS", "JOURNAL_TYPES", "JournalRow", "RefusedAtTheDoor"]
