"""Posts to chat rooms. apprise checks the typed parts, knows the addresses and builds what the service reads.

Its plugins are not left to send: measured against the services' own rules, 2.2.0 takes the refusals that DingTalk,
Feishu and WeCom send with status 200 for success, signs DingTalk wrongly (encoded twice) and Feishu not at all, and
knows neither Retry-After nor our limits on outbound requests. See docs/decisions/0010.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from common import outbound
from notifications.choices import ChatKind

LONGEST_TEXT = 3_500
# What a service says of a room or robot that is gone for good.
GONE_STATUSES = frozenset({403, 404, 410})
GONE_CODES: Mapping[ChatKind, frozenset[int]] = {
    ChatKind.DINGTALK: frozenset({300001, 400101, 400102, 400106}),
    ChatKind.FEISHU: frozenset({19001}),
    ChatKind.WECOM: frozenset({93000}),
}
# What it says of a robot that speaks too often; it must be silent for as long as the services say: ten minutes.
BUSY_CODES = frozenset({130101, 410100, 11232, 11233, 9499, 45009})
BUSY_SECONDS = 600
# The plugin knows it only inside of its own sending.
TEAMS_URL = "https://{host}{path}/workflows/{workflow}/triggers/manual/paths/invoke?{query}"

Parts = Mapping[str, str]


class PostRefused(Exception):  # noqa: N818 - named for what happened
    """The service did not take the post; `is_gone` where the room will never take one again."""

    def __init__(self, reason: str, *, is_gone: bool = False, wait_seconds: float = 0) -> None:
        self.is_gone = is_gone
        self.wait_seconds = wait_seconds
        super().__init__(reason)


def post(kind: ChatKind, parts: Parts, *, title: str, text: str, link: str) -> None:
    """The room has the post. Outside any transaction, 15 s at most; raises `PostRefused` or `OutboundFailed`."""
    url, payload = _BUILDERS[kind](parts, title, text[:LONGEST_TEXT], link)
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "opsteam"}
    outcome = outbound.post(url, body=json.dumps(payload).encode(), headers=headers, keeps_answer=True)
    if not 200 <= outcome.status < 300:
        wait = outcome.retry_after_seconds or 0
        raise PostRefused(
            f"status {outcome.status}", is_gone=outcome.status in GONE_STATUSES, wait_seconds=wait
        )
    code = _refusal_code(kind, outcome.answer)
    if code:
        wait = BUSY_SECONDS if code in BUSY_CODES else 0
        raise PostRefused(f"code {code}", is_gone=code in GONE_CODES[kind], wait_seconds=wait)


def _refusal_code(kind: ChatKind, answer: bytes) -> int:
    """The Chinese services answer 200 to everything and say in the body whether they took it; 0 is yes."""
    if kind not in GONE_CODES:
        return 0
    try:
        said = json.loads(answer)
        code = said.get("errcode", said.get("code", said.get("StatusCode", 0)))
        return int(code)
    except (ValueError, TypeError, AttributeError):
        return -1


def _slack(parts: Parts, title: str, text: str, link: str) -> tuple[str, Any]:
    # Late: apprise loads slowly, and only the process that posts needs it.
    from apprise.plugins.slack import NotifySlack

    robot = NotifySlack(token_a=parts["token_a"], token_b=parts["token_b"], token_c=parts["token_c"])
    url = f"{robot.webhook_url}/{robot.token_a}/{robot.token_b}/{robot.token_c}"
    body = f"*{_slack_text(title)}*\n{_slack_text(text)}\n<{link}>"
    return url, {"text": body, "unfurl_links": False}


def _slack_text(text: str) -> str:
    """Slack's three signs; without them nobody can be mentioned and no link disguised."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(parts: Parts, title: str, text: str, link: str) -> tuple[str, Any]:
    # Late, as above.
    from apprise.plugins.workflows import NotifyWorkflows

    robot = NotifyWorkflows(
        host=parts["host"],
        workflow=parts["workflow"],
        signature=parts["signature"],
        include_image=False,
        power_automate=bool(parts.get("power_automate")),
        routing_id=parts.get("routing") or None,
    )
    path = "/powerautomate/automations/direct" if robot.power_automate else ""
    if path and robot.routing_id:
        path += f"/cu/{robot.routing_id}"
    query = urlencode(
        {"api-version": robot.api_version, "sp": "/triggers/manual/run", "sv": "1.0", "sig": robot.signature}
    )
    url = TEAMS_URL.format(host=robot.host, path=path, workflow=robot.workflow, query=query)
    return url, robot.gen_payload(f"{_plain(text)}\n\n{link}", title=_plain(title))


def _dingtalk(parts: Parts, title: str, text: str, link: str) -> tuple[str, Any]:
    # Late, as above.
    from apprise.plugins.dingtalk import NotifyDingTalk

    robot = NotifyDingTalk(token=parts["token"], secret=parts.get("secret"))
    url = robot.notify_url.format(token=robot.token)
    if robot.secret:
        moment = str(round(time.time() * 1000))
        sign = _hmac(robot.secret.encode(), f"{moment}\n{robot.secret}".encode())
        url += "&" + urlencode({"timestamp": moment, "sign": sign})
    return url, {"msgtype": "text", "text": {"content": f"{title}\n{text}\n{link}"}}


def _feishu(parts: Parts, title: str, text: str, link: str) -> tuple[str, Any]:
    # Late, as above.
    from apprise.plugins.feishu import NotifyFeishu

    robot = NotifyFeishu(token=parts["token"])
    url = robot.notify_url.format(token=robot.token).rstrip("/")
    payload: dict[str, Any] = {
        "msg_type": "text",
        "content": {"text": f"{_plain(title)}\n{_plain(text)}\n{link}"},
    }
    if parts.get("secret"):
        # Feishu signs nothing with the secret as the key's end: its message is empty.
        moment = str(int(time.time()))
        payload |= {"timestamp": moment, "sign": _hmac(f"{moment}\n{parts['secret']}".encode(), b"")}
    return url, payload


def _wecom(parts: Parts, title: str, text: str, link: str) -> tuple[str, Any]:
    # Late, as above.
    from apprise.plugins.wecombot import NotifyWeComBot

    robot = NotifyWeComBot(key=parts["key"])
    return robot.api_url, {"msgtype": "text", "text": {"content": f"{title}\n{text}\n{link}"}}


def _hmac(key: bytes, message: bytes) -> str:
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def _plain(text: str) -> str:
    """Without tags: `<at user_id="all">` would call everybody."""
    return text.replace("<", "‹").replace(">", "›")


_BUILDERS: Mapping[ChatKind, Callable[[Parts, str, str, str], tuple[str, Any]]] = {
    ChatKind.SLACK: _slack,
    ChatKind.TEAMS: _teams,
    ChatKind.DINGTALK: _dingtalk,
    ChatKind.FEISHU: _feishu,
    ChatKind.WECOM: _wecom,
}
