"""How does what others said take effect here, exactly once, in order, whatever happens?"""

from .batch import Ask, Patience
from .consumer import Inbox
from .hearing import Speakers
from .listening import Listening

__all__ = ["Ask", "Inbox", "Listening", "Patience", "Speakers"]
