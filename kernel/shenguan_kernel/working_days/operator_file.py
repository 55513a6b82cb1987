"""Is this file of an operator (`calendar/2027.json`) a lawful calendar year? It beats the seed and the prediction."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from shenguan_contracts.notify import CalendarStatus
from shenguan_kernel.working_days.calendar_year import CalendarYear, is_weekend
from shenguan_kernel.working_days.festivals import FIRST_YEAR, LAST_YEAR


class CalendarFileFault(ValueError):
    """日历文件有误. `faults` are lines for the operator: place, Chinese text, stable code."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


def _each_once(days: list[date]) -> list[date]:
    if len(set(days)) != len(days):
        raise PydanticCustomError("calendar_day_twice", "同一日期列出了两次：请删去重复的日期。")
    return days


Days = Annotated[list[date], AfterValidator(_each_once), Field(max_length=366)]


class CalendarFile(BaseModel):
    """一年的放假安排文件: days off (weekend days may be listed) and make-up working days of one year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, description="年度。", examples=[2026])
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        description="依据的通知。", examples=["国务院办公厅关于2026年部分节假日安排的通知"]
    )
    published: date = Field(description="公布日期。", examples=["2025-11-04"])
    status: Literal["OFFICIAL", "PROVISIONAL"] = Field(description="OFFICIAL 正式公布，PROVISIONAL 推算。")
    off: Days = Field(description="放假日期，可列双休日。", examples=[["2026-01-01", "2026-01-02"]])
    makeup: Days = Field(description="调休上班的双休日。", examples=[["2026-01-04"]])

    @model_validator(mode="after")
    def _lawful(self) -> Self:
        foreign = [day for day in (*self.off, *self.makeup) if day.year != self.year]
        _refuse(foreign, "calendar_day_outside_year", "{days} 不在该年度内")
        weekdays = [day for day in self.makeup if not is_weekend(day)]
        _refuse(weekdays, "calendar_makeup_not_weekend", "{days} 不是双休日，无从调休")
        both = [day for day in self.makeup if day in self.off]
        _refuse(both, "calendar_off_and_makeup", "{days} 既放假又上班")
        return self

    def as_year(self, version: int) -> CalendarYear:
        """The value that calendars are made of."""
        status = CalendarStatus[self.status]
        basis = f"{self.source}（{self.published} 公布）"
        return CalendarYear(self.year, frozenset(self.off), frozenset(self.makeup), status, basis, version)


def read_calendar_file(path: Path) -> CalendarFile:
    """The year in the file, which is named after it (`2027.json`).

    Raises CalendarFileFault with what is wrong, and OSError if the file cannot be read.
    """
    try:
        found = CalendarFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise CalendarFileFault(tuple(_line(path, fault) for fault in error.errors())) from None
    if path.stem != str(found.year):
        raise CalendarFileFault((f"{path.name}：文件名应为 {found.year}.json（calendar_year_differs_from_name）",))
    return found


_WORDS: Final = {
    "missing": "缺少该项",
    "extra_forbidden": "没有这一项，请删去",
    "json_invalid": "不是有效的 JSON",
}


def _line(path: Path, fault: ErrorDetails) -> str:
    place = ".".join(map(str, fault["loc"])) or "全文"
    code = fault["type"]
    text = fault["msg"] if code.startswith("calendar_") else _WORDS.get(code, "取值不符合要求")
    return f"{path.name} {place}：{text}（{code}）"


def _refuse(wrong: list[date], code: str, text: str) -> None:
    if wrong:
        named = "、".join(map(str, sorted(wrong)))
        raise PydanticCustomError(code, text + "：请对照放假通知更正。", {"days": named})
