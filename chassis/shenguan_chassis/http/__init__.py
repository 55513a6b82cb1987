"""What do the doors of every service have in common?"""

from .body import Body, Shown
from .call import Call, Visit

__all__ = ["Body", "Call", "Shown", "Visit"]
