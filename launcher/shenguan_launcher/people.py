"""Who acts in a sample district? Visibly invented people, one for each role that the story needs."""

from __future__ import annotations

from dataclasses import dataclass

from shenguan_chassis.identity import Caller
from shenguan_kernel.roles import Role


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the sample: `name` is what `shenguan token NAME` takes."""

    name: str
    title: str
    department: str
    roles: tuple[Role, ...]


BUREAU = "bureau"
PEOPLE = (
    Person("clerk", "示例窗口甲", BUREAU, (Role.WINDOW_CLERK,)),
    Person("reviewer", "示例审核乙", BUREAU, (Role.REVIEWER,)),
    Person("approver", "示例审批丙", BUREAU, (Role.APPROVER,)),
    Person("head", "示例局长丁", BUREAU, (Role.BUREAU_HEAD,)),
    Person("bureau-liaison", "示例联络戊", BUREAU, (Role.LIAISON_OFFICER,)),
    Person("fire-inspector", "示例消防检查员", "fire", (Role.INSPECTOR,)),
    Person("fire-liaison", "示例消防联络员", "fire", (Role.LIAISON_OFFICER,)),
    Person("fire-lead", "示例消防联络负责人", "fire", (Role.LIAISON_LEAD,)),
    Person("health-liaison", "示例卫健联络员", "health", (Role.LIAISON_OFFICER,)),
    Person("health-lead", "示例卫健联络负责人", "health", (Role.LIAISON_LEAD,)),
    Person("overseer", "示例编办督办人", "staffing-office", (Role.OVERSEER,)),
    Person("administrator", "示例系统管理员", BUREAU, (Role.SYSTEM_ADMINISTRATOR,)),
    Person("security-officer", "示例安全保密员", BUREAU, (Role.SECURITY_OFFICER,)),
    Person("auditor", "示例安全审计员", BUREAU, (Role.SECURITY_AUDITOR,)),
)
_BY_NAME = {person.name: person for person in PEOPLE}


def person(name: str) -> Person:
    """The person of that name; a KeyError for another."""
    return _BY_NAME[name]


def caller_of(someone: Person) -> Caller:
    """What a token says of a person."""
    return Caller(
        person=f"sample-{someone.name}",
        name=someone.title,
        organisation=someone.department,
        department=someone.department,
        roles=frozenset(someone.roles),
    )
