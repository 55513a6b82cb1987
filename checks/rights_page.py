"""Who may do and read what? The table of rights is the declarations, collected: `docs/rights.md`."""

from __future__ import annotations

from collections.abc import Iterable

from checks.facts import House
from checks.rights import Right, rights
from shenguan_chassis.deciding import Command, View
from shenguan_kernel.powers import POWERS
from shenguan_kernel.roles import Role

_HEAD = """\
# Rights

Every command with the roles that may give it, as its `@command` declares, and every view with the roles that may read
it, as its `@view` declares. The edge enforces exactly this table (403 `not_allowed`); `tests/rights` tries each row
with each role. Which rows of a table somebody sees is another question, answered in [security.md](security.md): a
department acts on and sees its own only, another's answers as if it did not exist.
"""
_ROLES = """
## Roles 岗位

| role 岗位 | rests on 依据 | sees 可见范围 | held 持有限制 |
|---|---|---|---|
"""
_COMMANDS = """
## Commands 操作

| service 服务 | slice | command 操作 | roles 岗位 | what it does |
|---|---|---|---|---|
"""
_VIEWS = """
## Views 查阅

| service 服务 | slice | view 查阅 | roles 岗位 | what it shows |
|---|---|---|---|---|
"""


def rights_page(house: House) -> str:
    """What each role is, then a row for each command and each view."""
    found = rights(house)
    return "".join(
        [
            _HEAD,
            _ROLES,
            *map(_role, Role),
            _COMMANDS,
            *_rows(right for right in found if isinstance(right.declared, Command)),
            _VIEWS,
            *_rows(right for right in found if isinstance(right.declared, View)),
        ]
    )


def _role(role: Role) -> str:
    sees = "all departments 全部部门" if role in POWERS.sees_all else "its own 本部门"
    limits = [
        *(["alone 不得兼任"] if role in POWERS.alone else []),
        *([f"in `{POWERS.homes[role]}` only"] if role in POWERS.homes else []),
        *(["with a department 须有部门"] if role in POWERS.bound else []),
    ]
    return f"| {_title(role)} | {role.source} | {sees} | {', '.join(limits)} |\n"


def _rows(found: Iterable[Right]) -> Iterable[str]:
    for right in found:
        service = f"{right.service.title} `{right.service.name}`" if right.service else "every 各服务"
        roles = "<br>".join(map(_title, right.roles)) or "everyone 公众，无需令牌"
        yield f"| {service} | {right.place} | `{right.declared.name}` | {roles} | {right.declared.says} |\n"


def _title(role: Role) -> str:
    return f"{role.title_zh} `{role}`"
