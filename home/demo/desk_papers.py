"""What lies on the desks of those who sign in, and the checklists of the work that repeats."""

from dataclasses import dataclass

from tasks.choices import Priority, Status


@dataclass(frozen=True, slots=True)
class Paper:
    """One task of today, counted in working days: when it is due, opened, and the minutes of each day before today."""

    title: str
    due_in: int
    opened_before: int
    status: Status = Status.TODO
    priority: Priority = Priority.NORMAL
    minutes: tuple[int, ...] = ()
    description: str = ""


BUSY, WAITS, HIGH = Status.IN_PROGRESS, Status.WAITING, Priority.HIGH
DESKS = {
    "priya.nair": (
        Paper(
            "Review chats with a score of 1 or 2",
            0,
            3,
            BUSY,
            minutes=(45, 30),
            description="Low scores rose last week. Find out whether it is the waiting or the answers.",
        ),
        Paper("Call back customers with two open cases", 0, 1, priority=HIGH),
        Paper("Update the answer on changing a delivery slot", 2, 4, BUSY, minutes=(25,)),
        Paper("Prepare the weekly voice-of-customer page", 3, 1),
        Paper(
            "Ask the carrier for the scan of parcel SZ-4471",
            1,
            2,
            WAITS,
            minutes=(15,),
            description="The carrier answers within two working days. Then call the customer.",
        ),
    ),
    "li.wenjing": (
        Paper(
            "复核三起升级投诉",
            0,
            2,
            BUSY,
            HIGH,
            minutes=(60,),
            description="重点核对首次回复时间与承诺内容，结论在周会上说明。",
        ),
        Paper("确认下周客服排班", 0, 1),
        Paper("新同事坐席带教", 2, 5, BUSY, minutes=(90, 60)),
        Paper("等待财务确认退款清单", 1, 3, WAITS, minutes=(20,)),
    ),
    "daniel.okafor": (
        Paper(
            "Plan drivers for the next two weeks",
            0,
            2,
            BUSY,
            HIGH,
            minutes=(50,),
            description="Two drivers are on leave from Thursday. Large items need two people.",
        ),
        Paper("Agree pick-up times with the carrier", 1, 4, BUSY, minutes=(30, 30)),
        Paper("Check the scan rate at the Suzhou hub", 3, 1),
        Paper("Wait for the offer on a second label printer", 2, 6, WAITS, minutes=(10,)),
    ),
    "chen.siyuan": (
        Paper(
            "抽检二十通录音",
            0,
            2,
            BUSY,
            minutes=(75,),
            description="每组五通，其中一通为低分通话。结果发给各组长。",
        ),
        Paper("准备质量例会材料", 1, 1, priority=HIGH),
        Paper("修订退货验收流程", 3, 5, BUSY, minutes=(40, 55)),
    ),
}
# Who has a customer waiting for the first reply.
OWING = ("priya.nair", "li.wenjing")

CHECKLISTS = {
    "Review chats with a score of 1 or 2": (
        "Pick twenty chats of last week",
        "Score each against the guide",
        "Write down the three commonest causes",
        "Bring two examples to the team meeting",
    ),
    "Prepare the weekly voice-of-customer page": (
        "Take over the numbers of the week",
        "Choose five sentences of customers",
        "Ask the team leads to read it",
    ),
    "Update the answer on changing a delivery slot": (
        "Collect what customers ask",
        "Write the new answer in both languages",
        "Have it read by fulfilment",
    ),
    "Plan drivers for the next two weeks": (
        "Enter leave and training days",
        "Spread the large items over two vans",
        "Agree on the weekend shift",
        "Tell the drivers",
    ),
    "Inspect five installations at random": (
        "Draw five visits of last week",
        "Look for leaks and level",
        "Talk to the customer",
        "Enter the result",
    ),
    "Audit the returns process": (
        "Follow ten returns from door to shelf",
        "Compare with the procedure",
        "Write down where they differ",
    ),
    "复核三起升级投诉": ("听取原始录音", "核对处理时限", "给出改进意见并通知组长"),
    "新同事坐席带教": ("讲解话术与系统", "旁听两小时", "独立接听并复盘", "完成上岗评估"),
    "抽检二十通录音": ("按班组抽样", "按评分表打分", "与组长核对分歧", "发布抽检结果"),
    "修订退货验收流程": ("收集一线问题", "修改流程与时限", "试行一周", "培训并发布"),
    "盘点三号库净水器": ("打印库存清单", "两人分区清点", "核对差异并更正"),
    "排下周上门班表": ("收集请假与培训", "按区域分配师傅", "确认并通知客户"),
}
