"""When are the statutory holidays (法定节假日)? The fixed days, the traditional ones by year, and the rule of 2024.

The dates of the lunar festivals and of Qingming follow from GB/T 33661-2017 (农历的编算和颁行). Three independent
programs (lunar-python 1.4.8, LunarCalendar 0.0.9, lunardate 0.3.0) were run and agree on every lunar date; Qingming is
from the first and agrees with the customary formula of the century.
The table ends in 2050: soon after, a new moon within minutes of midnight makes a date uncertain.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

# Spring Festival (first day), Qingming, Dragon Boat Festival, Mid-Autumn Festival
_TRADITIONAL: Final = {
    2004: ("01-22", "04-04", "06-22", "09-28"),
    2005: ("02-09", "04-05", "06-11", "09-18"),
    2006: ("01-29", "04-05", "05-31", "10-06"),
    2007: ("02-18", "04-05", "06-19", "09-25"),
    2008: ("02-07", "04-04", "06-08", "09-14"),
    2009: ("01-26", "04-04", "05-28", "10-03"),
    2010: ("02-14", "04-05", "06-16", "09-22"),
    2011: ("02-03", "04-05", "06-06", "09-12"),
    2012: ("01-23", "04-04", "06-23", "09-30"),
    2013: ("02-10", "04-04", "06-12", "09-19"),
    2014: ("01-31", "04-05", "06-02", "09-08"),
    2015: ("02-19", "04-05", "06-20", "09-27"),
    2016: ("02-08", "04-04", "06-09", "09-15"),
    2017: ("01-28", "04-04", "05-30", "10-04"),
    2018: ("02-16", "04-05", "06-18", "09-24"),
    2019: ("02-05", "04-05", "06-07", "09-13"),
    2020: ("01-25", "04-04", "06-25", "10-01"),
    2021: ("02-12", "04-04", "06-14", "09-21"),
    2022: ("02-01", "04-05", "06-03", "09-10"),
    2023: ("01-22", "04-05", "06-22", "09-29"),
    2024: ("02-10", "04-04", "06-10", "09-17"),
    2025: ("01-29", "04-04", "05-31", "10-06"),
    2026: ("02-17", "04-05", "06-19", "09-25"),
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2031: ("01-23", "04-05", "06-24", "10-01"),
    2032: ("02-11", "04-04", "06-12", "09-19"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
    2034: ("02-19", "04-05", "06-20", "09-27"),
    2035: ("02-08", "04-05", "06-10", "09-16"),
    2036: ("01-28", "04-04", "05-30", "10-04"),
    2037: ("02-15", "04-04", "06-18", "09-24"),
    2038: ("02-04", "04-05", "06-07", "09-13"),
    2039: ("01-24", "04-05", "05-27", "10-02"),
    2040: ("02-12", "04-04", "06-14", "09-20"),
    2041: ("02-01", "04-04", "06-03", "09-10"),
    2042: ("01-22", "04-04", "06-22", "09-28"),
    2043: ("02-10", "04-05", "06-11", "09-17"),
    2044: ("01-30", "04-04", "05-31", "10-05"),
    2045: ("02-17", "04-04", "06-19", "09-25"),
    2046: ("02-06", "04-04", "06-08", "09-15"),
    2047: ("01-26", "04-05", "05-29", "10-04"),
    2048: ("02-14", "04-04", "06-15", "09-22"),
    2049: ("02-02", "04-04", "06-04", "09-11"),
    2050: ("01-23", "04-04", "06-23", "09-30"),
}
FIRST_YEAR: Final = min(_TRADITIONAL)
LAST_YEAR: Final = max(_TRADITIONAL)

_NEAR: Final = timedelta(days=8)
_UNNAMED: Final = "节假日"


@cache
def statutory_holidays(year: int) -> dict[date, str]:
    """Each day the 全国年节及纪念日放假办法 (2024) gives to all citizens, with its name; KeyError outside the table."""
    spring, qingming, dragon_boat, mid_autumn = (date.fromisoformat(f"{year}-{day}") for day in _TRADITIONAL[year])
    eve = spring - timedelta(days=1)
    return {
        date(year, 1, 1): "元旦",
        **{eve + timedelta(days=n): "春节" for n in range(4)},
        qingming: "清明节",
        **{date(year, 5, n): "劳动节" for n in (1, 2)},
        dragon_boat: "端午节",
        **{date(year, 10, n): "国庆节" for n in (1, 2, 3)},
        mid_autumn: "中秋节",
    }


def holiday_name(day: date) -> str:
    """The festival a day off belongs to: the nearest one, or 节假日 if none is near or known."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _UNNAMED
    named = {**statutory_holidays(day.year), date(day.year + 1, 1, 1): "元旦"}
    nearest = min(named, key=lambda holiday: abs(holiday - day))
    return named[nearest] if abs(nearest - day) <= _NEAR else _UNNAMED
