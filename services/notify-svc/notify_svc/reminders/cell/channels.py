"""Which plugin of `apprise` leads to a person, and with which values?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from apprise import AppriseAsset, NotifyFormat
from apprise.common import PersistentStoreMode
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from shenguan_chassis.egress.addresses import parsed

_ASSET: Final = AppriseAsset(
    app_id="Shenguan",
    app_desc="审管提醒",
    plugin_paths=[],
    http_redirects=False,
    secure_logging=True,
    storage_mode=PersistentStoreMode.MEMORY,
)


def plugin_of(job: dict[str, Any]) -> NotifyBase:
    """The plugin of a channel with its values; a KeyError for a channel that is none of ours."""
    plugin: NotifyBase = _PLUGINS[job["channel"]](job["address"], job["way"])
    return plugin


def _wecom(key: str, way: dict[str, Any]) -> Any:
    robot = _made(NotifyWeComBot, key=key)
    robot.api_url = f"{way['url']}?key={key}"
    return robot


class _Signing(NotifyDingTalk):  # type: ignore[no-untyped-call]  # `apprise` says few types
    """Its signature is quoted, and quoted again on its way: 钉钉 would not know it."""

    def get_signature(self) -> tuple[str, str]:
        """The time in milliseconds and the signature, still to be quoted once."""
        at, signature = super().get_signature()  # type: ignore[no-untyped-call]  # as above
        return at, unquote(signature)


def _dingtalk(address: str, way: dict[str, Any]) -> Any:
    secret, _, token = address.rpartition("@")
    robot = _made(_Signing, token=token, secret=secret or None)
    robot.notify_url = way["url"] + "?access_token={token}"
    return robot


def _feishu(key: str, way: dict[str, Any]) -> Any:
    robot = _made(NotifyFeishu, token=key)
    robot.notify_url = way["url"] + "/{token}"
    return robot


def _sms(mobile: str, way: dict[str, Any]) -> Any:
    signed = {"Authorization": f"Bearer {way['token']}"} if way["token"] else {}
    return _json(way["url"], {"mobile": mobile}, signed)


def _webhook(url: str, _: dict[str, Any]) -> Any:
    return _json(url, {}, {})


def _email(address: str, way: dict[str, Any]) -> Any:
    return _made(
        NotifyEmail,
        host=way["from"].rpartition("@")[2],
        smtp_host=way["host"],
        port=way["port"],
        user=way["user"] or None,
        password=way["password"] or None,
        secure=way["security"] != "insecure",
        secure_mode=way["security"],
        from_addr=f"审管提醒 <{way['from']}>",
        targets=[address],
        format=NotifyFormat.TEXT,
    )


def _json(url: str, extras: dict[str, str], headers: dict[str, str]) -> Any:
    target = parsed(url)
    return _made(
        NotifyJSON,
        host=f"[{target.host}]" if ":" in target.host else target.host,
        port=target.port,
        secure=target.scheme == "https",
        fullpath=target.path,
        payload=extras,
        headers=headers,
    )


def _made(plugin: Any, **values: Any) -> Any:
    """A plugin of `apprise`, whose constructors say no types."""
    return plugin(asset=_ASSET, **values)


_PLUGINS: Final[dict[str, Callable[[str, dict[str, Any]], Any]]] = {
    "email": _email,
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "webhook": _webhook,
    "sms": _sms,
}
"""Which of `apprise`'s many plugins are used at all."""
