"""Is what a department says of its nominees in order? Each fault with its line, its column and a next step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from shenguan_chassis.refusals import Refusal

from ..pools.rules import Nominee

SAYINGS: Final = {
    "blank": "此栏为空：请填写。",
    "number_out_of_order": "序号应自 1 起连续填写：请更正序号。",
    "name_form": "姓名应为 1 至 50 字，不含数字和控制字符：请更正。",
    "name_doubled": "姓名与前面某行相同：同一人只填一行，同名不同人的请在姓名后加注以示区别。",
    "mobile_doubled": "手机号码与前面某行相同：一人一号，请核对。",
    "age_is_text": "年龄以文本填写：请将单元格改为数值，填写周岁整数。",
    "age_form": "年龄应为 18 至 100 的整数：请更正。",
    "office_phone_form": "办公电话应形如 0533-5181234，多个号码以顿号分隔：请更正。",
    "mobile_form": "手机号码应为 11 位，以 13 至 19 开头，多个号码以顿号分隔：请更正。",
    "fields_form": "从事领域每项 1 至 64 字，以顿号分隔，至多 20 项：请更正。",
    "note_form": "内容应为 1 至 200 字，不含控制字符：请更正。",
    "formula": "单元格含有公式：请改为填写数值或文字。",
    "cell_form": "单元格内容不能识别（如日期、错误值）：请改为文字或数值。",
    "cell_too_long": "单元格内容过长：请精简至 200 字以内。",
    "row_after_blank": "空行之后还有内容：请删除空行，使各行相连。",
    "unknown_row": "附注所指的序号不在表中：请更正序号。",
    "personal_number": "此栏不得填写手机号码或身份证件号码：请填入专用栏。",
}
"""Which rule a line breaks and what to do, by its code."""


@dataclass(frozen=True, slots=True, order=True)
class RowFault:
    """What is wrong with one line: where and what, never what was entered."""

    row: int
    """Of the sheet; of the list where there is no sheet."""
    column: str
    code: str

    def told(self) -> dict[str, object]:
        """As the problem document shows it."""
        return {**asdict(self), "says": SAYINGS[self.code]}


class NomineesWrong(Refusal, status=422, rule="R28, R29, R34"):
    """推荐名单有误：请按所列行、栏逐一更正后，整张重新报送。"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: where it stands and whom it names."""

    row: int
    nominee: Nominee


def refuse(faults: Sequence[RowFault]) -> None:
    """Raise NomineesWrong with every fault, in the order of the lines; nothing where there is none."""
    if faults:
        raise NomineesWrong(rows=[fault.told() for fault in sorted(set(faults))])


def doubled(lines: Sequence[Line]) -> Iterator[RowFault]:
    """Each line whose person stands in an earlier one: by name, however it is composed, or by mobile phone."""
    seen: set[object] = set()
    for line in lines:
        for column, code, datum in (
            ("姓名", "name_doubled", line.nominee.name),
            ("手机号码", "mobile_doubled", line.nominee.mobile),
        ):
            if datum is not None and datum in seen:
                yield RowFault(line.row, column, code)
            seen.add(datum)
