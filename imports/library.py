"""What files call the fields of tasks and feedback, and the words they use for closed lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.choices import Channel
from feedback.choices import Kind as FeedbackKind
from imports.choices import Kind
from people.choices import Language
from tasks.choices import Priority, Status

LABELS = {
    "external_id": _("Number or key of the row"),
    "title": _("Title"),
    "subject": _("Subject"),
    "description": _("Description"),
    "body": _("Text"),
    "status": _("Status"),
    "priority": _("Priority"),
    "kind": _("Kind"),
    "channel": _("Channel"),
    "opened_at": _("Opened"),
    "closed_at": pgettext_lazy("moment", "Closed"),
    "due_on": _("Due"),
    "reply": _("Reply"),
    "replied_at": _("Replied"),
    "reply_due_at": _("Reply due"),
    "resolved_at": pgettext_lazy("moment", "Resolved"),
    "customer_name": _("Customer"),
    "customer_external_id": _("Number of the customer"),
    "theme": _("Theme"),
    "team": _("Team"),
    "assignee": _("Assignee"),
    "project": _("Project"),
}
FIELDS: Mapping[str, Sequence[str]] = {
    Kind.TASKS: (
        "title",
        "external_id",
        "opened_at",
        "due_on",
        "status",
        "closed_at",
        "priority",
        "assignee",
        "team",
        "project",
        "description",
    ),
    Kind.FEEDBACK: (
        "subject",
        "external_id",
        "opened_at",
        "kind",
        "channel",
        "customer_name",
        "customer_external_id",
        "theme",
        "team",
        "assignee",
        "body",
        "reply",
        "replied_at",
        "reply_due_at",
        "resolved_at",
    ),
}
# The text that stands for a row which has no number of its own.
NAMING: Mapping[str, str] = {Kind.TASKS: "title", Kind.FEEDBACK: "subject"}
# Most telling first; compared without case.
USUAL_NAMES: Mapping[str, Sequence[str]] = {
    "external_id": (
        "external_id",
        "id",
        "key",
        "number",
        "no",
        "ticket",
        "issue key",
        "编号",
        "序号",
        "工单号",
    ),
    "title": ("title", "name", "summary", "subject", "task", "标题", "名称", "任务", "任务名称"),
    "subject": ("subject", "title", "summary", "topic", "主题", "标题", "问题"),
    "description": ("description", "details", "body", "text", "notes", "描述", "说明", "备注"),
    "body": ("body", "text", "message", "description", "content", "内容", "正文", "描述", "留言"),
    "status": ("status", "state", "状态"),
    "priority": ("priority", "优先级"),
    "kind": ("kind", "type", "category", "类型", "类别"),
    "channel": ("channel", "via", "渠道", "来源渠道"),
    "opened_at": (
        "opened_at",
        "opened",
        "created",
        "created_at",
        "date",
        "time",
        "创建时间",
        "日期",
        "时间",
        "提交时间",
    ),
    "closed_at": ("closed_at", "closed", "completed", "completed_at", "done_at", "完成时间", "关闭时间"),
    "due_on": (
        "due_on",
        "due",
        "due_date",
        "due date",
        "deadline",
        "截止日期",
        "截止时间",
        "截止",
        "到期日",
        "期限",
    ),
    "reply": ("reply", "answer", "response", "回复", "回复内容"),
    "replied_at": ("replied_at", "replied", "answered_at", "回复时间"),
    "reply_due_at": ("reply_due_at", "reply due", "回复期限"),
    "resolved_at": ("resolved_at", "resolved", "solved_at", "解决时间"),
    "customer_name": ("customer_name", "customer", "client", "name", "客户", "客户名称", "姓名"),
    "customer_external_id": ("customer_external_id", "customer_id", "customer id", "客户编号"),
    "theme": ("theme", "topic", "label", "主题", "分类", "标签"),
    "team": ("team", "group", "department", "团队", "小组", "部门"),
    "assignee": ("assignee", "owner", "agent", "assigned to", "负责人", "处理人", "执行人"),
    "project": ("project", "项目"),
}
_CLOSED_LISTS: Mapping[str, Any] = {
    "status": Status,
    "priority": Priority,
    "kind": FeedbackKind,
    "channel": Channel,
}
_OTHER_WORDS: Mapping[str, Mapping[str, Any]] = {
    "status": {
        "open": Status.TODO,
        "new": Status.TODO,
        "doing": Status.IN_PROGRESS,
        "in progress": Status.IN_PROGRESS,
        "closed": Status.DONE,
        "completed": Status.DONE,
        "resolved": Status.DONE,
        "canceled": Status.CANCELLED,
        "未开始": Status.TODO,
        "新建": Status.TODO,
        "进行中": Status.IN_PROGRESS,
        "处理中": Status.IN_PROGRESS,
        "已完成": Status.DONE,
        "已关闭": Status.DONE,
        "已解决": Status.DONE,
    },
    "kind": {"表扬": FeedbackKind.PRAISE, "咨询": FeedbackKind.QUESTION},
}


def guessed_columns(kind: str, columns: Sequence[str]) -> dict[str, str]:
    """The column of each field whose name says so; no column is taken twice."""
    free = {column.strip().lower(): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for field in FIELDS[kind]:
        usual = next((name for name in USUAL_NAMES[field] if name in free), None)
        if usual is not None:
            found[field] = free.pop(usual)
    return found


def words_of(field: str) -> dict[str, str]:
    """What files write for the values of a closed list: their names in both languages, in lower case too."""
    choices = _CLOSED_LISTS[field]
    words: dict[str, str] = {}
    for language in Language.values:
        with translation.override(language):
            words |= {str(label): _written(choices, value) for value, label in choices.choices}
    words |= {word: _written(choices, value) for word, value in _OTHER_WORDS.get(field, {}).items()}
    capitals = {word.capitalize(): value for word, value in words.items()}
    return {**{word.lower(): value for word, value in words.items()}, **capitals, **words}


def values_of(kind: str) -> dict[str, dict[str, str]]:
    """`words_of` for the closed lists among the fields of a kind."""
    return {field: words_of(field) for field in FIELDS[kind] if field in _CLOSED_LISTS}


def _written(choices: Any, value: Any) -> str:
    return str(choices(value).name.lower() if choices is Priority else value)
