"""The typed parts of a robot, taken out of the address that a chat service shows for it.

Only addresses of exactly these forms are understood, and only their parts are kept: the address that is called is built
anew, so nobody can make opsteam call another host.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from notifications.choices import ChatKind

# Examples for the form; not one of them is anybody's.
EXAMPLES: Mapping[ChatKind, str] = {
    ChatKind.SLACK: "https://hooks.slack.com/services/T…/B…/…",
    ChatKind.TEAMS: "https://….environment.api.powerplatform.com/powerautomate/automations/direct/workflows/…",
    ChatKind.DINGTALK: "https://oapi.dingtalk.com/robot/send?access_token=…",
    ChatKind.FEISHU: "https://open.feishu.cn/open-apis/bot/v2/hook/…",
    ChatKind.WECOM: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
}
SIGNED = frozenset({ChatKind.DINGTALK, ChatKind.FEISHU})
_ID = r"[A-Za-z0-9_-]{8,200}"
_FORMS: Mapping[ChatKind, re.Pattern[str]] = {
    ChatKind.SLACK: re.compile(
        r"https://hooks\.slack\.com/services/(?P<token_a>T[A-Z0-9]{1,20})/(?P<token_b>B[A-Z0-9]{1,20})"
        r"/(?P<token_c>[A-Za-z0-9]{8,60})/?"
    ),
    ChatKind.DINGTALK: re.compile(
        r"https://oapi\.dingtalk\.com/robot/send\?access_token=(?P<token>[A-Za-z0-9]{8,200})"
    ),
    ChatKind.FEISHU: re.compile(rf"https://open\.feishu\.cn/open-apis/bot/v2/hook/(?P<token>{_ID})/?"),
    ChatKind.WECOM: re.compile(rf"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=(?P<key>{_ID})"),
}
_TEAMS_HOST = re.compile(
    r"[a-z0-9-]+\.[a-z0-9-]+\.logic\.azure\.com|[a-z0-9.-]+\.environment\.api\.powerplatform\.com"
)
_TEAMS_PATH = re.compile(
    r"(?P<power_automate>/powerautomate/automations/direct(?:/cu/(?P<routing>[0-9]{1,6}))?)?"
    rf"/workflows/(?P<workflow>{_ID})/triggers/manual/paths/invoke/?"
)
_SECRET = re.compile(r"[A-Za-z0-9]{8,200}")


def parts_of(kind: ChatKind, address: str, secret: str = "") -> dict[str, str] | None:
    """The parts of a robot's address and its signing secret; None where it is no address of that service."""
    if not address.isprintable() or " " in address:
        return None
    parts = _teams_parts(address) if kind == ChatKind.TEAMS else _simple_parts(kind, address)
    if parts is None or (secret and (kind not in SIGNED or not _SECRET.fullmatch(secret))):
        return None
    return {**parts, "secret": secret} if secret else parts


def _simple_parts(kind: ChatKind, address: str) -> dict[str, str] | None:
    found = _FORMS[kind].fullmatch(address)
    return found.groupdict() if found else None


def _teams_parts(address: str) -> dict[str, str] | None:
    try:
        split = urlsplit(address)
        is_standard = split.port in (None, 443) and not split.username and split.scheme == "https"
    except ValueError:
        return None
    host, path = split.hostname or "", _TEAMS_PATH.fullmatch(split.path)
    signature = parse_qs(split.query).get("sig", [""])[0]
    if not is_standard or path is None or not _TEAMS_HOST.fullmatch(host) or not re.fullmatch(_ID, signature):
        return None
    return {
        "host": host,
        "signature": signature,
        **{key: value or "" for key, value in path.groupdict().items()},
    }
