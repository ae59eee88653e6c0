"""Words among many tasks and as much feedback in English and Chinese, and the table of tasks by its columns."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.test import Client

from bench.facts import found_company, run
from bench.report import Row, limit, seconds
from bench.sizes import Size
from common.tenancy import acting_for
from home.search import search

MANY = 100_000
ROUNDS = 7
ENGLISH = (
    "refund order customer invoice delivery late parcel broken call back payment account login error report shift"
    " stock return courier warehouse ticket survey answer price discount bank change address phone email review"
)
CHINESE = (
    "退款 订单 客户 发票 物流 快递 破损 投诉 回访 支付 账号 登录 报表 排班 库存 退货 仓库 工单 问卷 满意 价格 优惠 银行"
    " 地址 电话 检查 复盘 更新 发送 缺失 尺码 颜色"
)
# Of one, two, and three characters and more; in most rows, in some, in one, in none; several words.
ASKED = (
    *("退", "鳜", "re", "zy", "退款", "鳜鱼", "qz", "ref", "refund", "zyzzyva", "退款订单", "退款发票物流"),
    *("refund invoice", "refund invoice parcel", "退款 发票", "退款 发票 物流", "rofund", "#4711", "4711"),
)
# As an array: an aggregate over columns of the outer query only would belong to that.
TEXT = """
SELECT array_to_string(ARRAY(
    SELECT w[1 + floor(random() * cardinality(w))::int] FROM generate_series(1, {words})), between)
"""
ROWS = f"""
SELECT n, ({TEXT.format(words=6)}) || CASE n WHEN 4711 THEN ' zyzzyva 鳜鱼' ELSE '' END AS short,
    ({TEXT.format(words=24)}) AS long
FROM generate_series(1, {MANY}) AS n, LATERAL (SELECT
    CASE n %% 2 WHEN 0 THEN %(english)s ELSE %(chinese)s END AS w, CASE n %% 2 WHEN 0 THEN ' ' ELSE '' END AS between
) AS language
"""
TASKS = f"""
INSERT INTO tasks_task (organization_id, version, created_at, updated_at, assignee_id, title, description, status,
    priority, due_on, opened_at, closed_at, source, external_id)
SELECT %(organization)s, 1, now(), now(), %(member)s, short, long, CASE WHEN n %% 10 > 2 THEN 'done' ELSE 'todo' END,
    3, current_date - 180 + n %% 360, now(), CASE WHEN n %% 10 > 2 THEN now() END, '', ''
FROM ({ROWS}) AS made
"""
FEEDBACK = f"""
INSERT INTO feedback_feedbackitem (organization_id, version, created_at, updated_at, kind, status, channel, subject,
    body, opened_at, source, external_id, import_digest)
SELECT %(organization)s, 1, now(), now(), 'complaint', 'new', 'email', short, long, now(), '', '', ''
FROM ({ROWS}) AS made
"""


def rows(_size: Size, _data: Path) -> Iterator[Row]:
    """Loads an organization of its own."""
    company = found_company("words")
    given = {
        "organization": company.organization.pk,
        "member": company.manager.pk,
        "english": ENGLISH.split(),
        "chinese": CHINESE.split(),
    }
    run("SELECT setseed(0.5)")
    for statement in (TASKS, FEEDBACK):
        run(statement, given)
    run("VACUUM ANALYZE tasks_task")
    run("VACUUM ANALYZE feedback_feedbackitem")
    with acting_for(company.organization.pk):
        spent = [
            seconds(lambda words=words: search(company.manager, words, limit=10)) * 1000  # type: ignore[misc] # bound now
            for _round in range(ROUNDS)
            for words in ASKED
        ]
    name = f"words among {MANY:,} tasks and as much feedback"
    yield limit(f"{name}, p95", statistics.quantiles(spent, n=20)[-1], "ms", at_most=50)
    yield limit(f"{name}, median", statistics.median(spent), "ms")
    client = Client()
    client.force_login(company.manager.user)
    for column in ("title", "assignee"):
        taken = seconds(lambda column=column: _table(client, column), ROUNDS)  # type: ignore[misc] # bound now
        yield limit(f"the table of {MANY:,} tasks by {column}", taken * 1000, "ms", at_most=150)


def _table(client: Client, column: str) -> None:
    connection.close_if_unusable_or_obsolete()
    answer = client.get(f"/tasks/?view=table&sort={column}", HTTP_HOST="localhost")
    assert answer.status_code == 200, answer.status_code
