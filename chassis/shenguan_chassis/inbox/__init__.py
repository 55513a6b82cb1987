"""How does what others said take effect here, exactly once, in order, whatever happens?"""

from .batch import Ask, Patience
from .consumer import Inbox, Listening
from .hearing import Speakers

__all__ = ["Ask", "Inbox", "Listening", "Patience", "Speakers"]
