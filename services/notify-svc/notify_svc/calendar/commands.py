"""Who changes the calendar? The house itself at its first start, then the operator with an announced year."""

from __future__ import annotations

from collections.abc import Iterable

from shenguan_chassis.deciding import command
from shenguan_chassis.tx import Tx
from shenguan_kernel.roles import Role
from shenguan_kernel.working_days import CalendarFile, CalendarYear, legal_day, predicted_year, seed_years

from . import rules
from .rules import PublishedYear
from .store import year_id


@command(Role.SYSTEM_ADMINISTRATOR)
async def load_year(tx: Tx, year: int, body: CalendarFile) -> PublishedYear:
    """载入放假安排: an announced year beats seed and prediction.

    Obligations count by it from now on; open ones are counted again, and whose end moves keeps the earlier one beside
    it (ObligationRescheduled).
    """
    if body.year != year:
        raise rules.WrongYear(address=year, file=body.year)
    told = body.as_year(version=0)
    published = await tx.find(PublishedYear, year_id(year))
    if published is None:
        return _kept(tx, tx.add(*rules.publish(year_id(year), told, tx.now)))
    return _kept(tx, tx.save(*rules.amend(published, told, tx.now)))


async def seed(tx: Tx) -> int:
    """Say every year that nobody said yet: the announced ones of the seed, then up to the next one by prediction.

    All announced years, not only the current: a document may be registered late, and the public door counts back to
    2004. Returns how many were said; 0 at every start but the first of a year.
    """
    unsaid = [year for year in _known_years(tx) if await tx.find(PublishedYear, year_id(year.year)) is None]
    for year in unsaid:
        _kept(tx, tx.add(*rules.publish(year_id(year.year), year, tx.now)))
    return len(unsaid)


def _known_years(tx: Tx) -> Iterable[CalendarYear]:
    announced = seed_years()
    following = range(announced[-1].year + 1, legal_day(tx.now).year + 2)
    return [*announced, *map(predicted_year, following)]


def _kept(tx: Tx, published: PublishedYear) -> PublishedYear:
    tx.keep(rules.edition_of(published))
    return published
