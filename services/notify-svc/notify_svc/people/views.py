"""Who are the officers of a department? Numbers are masked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from shenguan_chassis.deciding import view
from shenguan_chassis.http import Shown
from shenguan_chassis.listing import Asked, Listing, Page, Same
from shenguan_chassis.reading import Read
from shenguan_kernel.personal import Mobile, OfficePhone
from shenguan_kernel.roles import READERS

from .rules import Person
from .store import people, with_mobile


class PersonListed(Shown):
    """人员."""

    id: UUID
    version: int
    department: str
    name: str
    title: str
    registered_at: datetime


class PersonView(PersonListed):
    """人员与脱敏的号码."""

    office_phone: OfficePhone | None
    mobile: Mobile


class PeopleFound(Shown):
    """按号码查到的人员."""

    items: tuple[PersonView, ...]


PEOPLE = Listing(
    "people",
    select(people),
    shows=PersonListed,
    filters=[Same("department", "部门代码")],
    sorts=["id", "registered_at"],
)


@view(*READERS)
async def people_listed(read: Read, wanted: Asked) -> Page[PersonListed]:
    """The officers in the order they were registered, without their numbers."""
    return await PEOPLE.page(read, wanted)


@view(*READERS)
async def person_shown(read: Read, person_id: UUID) -> PersonView:
    """One officer, numbers masked; raises NotFound."""
    return PersonView.model_validate(await read.get(Person, person_id))


@view(*READERS)
async def people_found(read: Read, mobile: Mobile) -> PeopleFound:
    """Who has this number, among those the caller may see."""
    rows = await read.rows(with_mobile(mobile, read.keys))
    return PeopleFound(items=tuple(PersonView.model_validate(read.load(Person, row)) for row in rows))
