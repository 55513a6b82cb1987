"""How are personal data kept, found, shown and read out? (PIPL art. 34, 51, 54; GB/T 39786)

What rules may know is here; the columns of a `store.py` are in `column`, for they know of the database.
"""

from .sealing import SealBroken
from .texts import FORMAL, names_a_person
from .value import Personal

__all__ = ["FORMAL", "Personal", "SealBroken", "names_a_person"]
