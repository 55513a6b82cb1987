"""What does the measured slice say? Events of about one kilobyte, as real ones are."""

from __future__ import annotations

from uuid import UUID

from pydantic import AwareDatetime

from shenguan_contracts.event import Event, doc


class MatterOpened(Event, source="bench", stream="matter"):
    """事项受理: a matter begins."""

    matter_id: UUID = doc("The matter.", "事项")
    department: str = doc("Who answers for it.", "承办部门")
    title: str = doc("What it is about.", "标题")
    request: str = doc("What is asked for.", "申请内容")
    opened_at: AwareDatetime = doc("When it began.", "受理时间")


class MatterNoted(Event, source="bench", stream="matter"):
    """事项批注: somebody wrote on it."""

    matter_id: UUID = doc("The matter.", "事项")
    department: str = doc("Who answers for it.", "承办部门")
    remark: str = doc("What was written.", "批注")
    notes: int = doc("How many remarks it has now.", "批注数")
    noted_at: AwareDatetime = doc("When.", "批注时间")


class LetterSent(Event, source="bench", stream="letter"):
    """函件发出: a letter that belongs to a matter."""

    letter_id: UUID = doc("The letter.", "函件")
    matter_id: UUID = doc("The matter it belongs to.", "事项")
    department: str = doc("Who answers for it.", "承办部门")
    text: str = doc("What it says.", "内容")
    sent_at: AwareDatetime = doc("When it was sent.", "发出时间")


class TallyMoved(Event, source="counter", stream="tally"):
    """计数变更: what the listening half of the bench says about each event it heard."""

    tally_id: UUID = doc("The tally.", "计数")
    department: str = doc("Of whom.", "部门")
    heard: int = doc("How many events it has counted.", "已收")
    moved_at: AwareDatetime = doc("When.", "时间")
