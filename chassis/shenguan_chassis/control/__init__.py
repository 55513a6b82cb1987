"""What do services tell each other about the bus itself, so that nothing is lost in silence?"""

from .marks import Marks
from .post import Post
from .talk import Control, Surroundings

__all__ = ["Control", "Marks", "Post", "Surroundings"]
