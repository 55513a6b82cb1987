"""How is an announcement kept until its draw is drawn?"""

from uuid import UUID

from shenguan_kernel.lots.certificate import Announcement, announced
from shenguan_kernel.lots.encoding import canonical

from .record import Published


def published(draw_id: UUID, announcement: Announcement) -> Published:
    """The announcement as its files: the bytes whose hashes everything after them holds on to."""
    declaration, pool = announcement.files()
    told = announcement.context
    context = None if told is None else canonical(told).decode()
    return Published(draw_id=draw_id, declaration=declaration.decode(), pool=pool.decode(), context=context)


def opened(kept: Published) -> Announcement:
    """What was published, read again."""
    return announced(kept.declaration, kept.pool, kept.context)
