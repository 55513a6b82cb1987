"""How is an announcement kept until its draw is drawn?"""

from uuid import UUID

from shenguan_kernel.lots.certificate import Announcement, announced

from .record import Published


def published(draw_id: UUID, announcement: Announcement) -> Published:
    """The announcement as its files: the bytes whose hashes everything after them holds on to."""
    declaration, pool = announcement.files()
    return Published(draw_id=draw_id, declaration=declaration.decode(), pool=pool.decode())


def opened(kept: Published) -> Announcement:
    """What was published, read again."""
    return announced(kept.declaration, kept.pool)
