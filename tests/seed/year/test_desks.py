"""Who tries out the demo finds a day's work: dated tasks with steps, recorded time and a reply owed."""

import pytest

from home.work import my_work
from people.models import Membership
from people.selectors import memberships_of
from tasks.models import Step, TimeEntry

pytestmark = pytest.mark.django_db


def at_work(demo, address: str) -> Membership:
    membership = Membership.objects.get(organization=demo.organization, user__email__startswith=f"{address}@")
    return memberships_of(membership.user)[0]


@pytest.mark.parametrize("address", ["priya.nair", "li.wenjing", "daniel.okafor", "chen.siyuan"])
def test_whoever_signs_in_has_work_for_today_with_steps_under_way(demo, address):
    work = my_work(at_work(demo, address))
    rows = {section.when: section.rows for section in work.sections}
    assert rows["today"]
    assert any(0 < row.task.steps_done < row.task.steps_all for row in rows["today"] if row.task.steps_all)
    assert work.steps


@pytest.mark.parametrize("address", ["priya.nair", "li.wenjing"])
def test_who_answers_customers_waits_for_somebody_and_owes_a_reply(demo, address):
    member = at_work(demo, address)
    work = my_work(member)
    assert work.replies
    assert [section.when for section in work.sections if section.when == "waiting" and section.rows]


def test_time_and_steps_lie_in_the_past_and_are_a_few(demo):
    entries = TimeEntry.objects.filter(organization=demo.organization)
    assert 20 <= entries.count() <= 120
    assert not entries.filter(ended_at__isnull=True).exists()
    assert not entries.filter(ended_at__gt=demo.year.now).exists()
    steps = Step.objects.filter(task__organization=demo.organization)
    assert 40 <= steps.count() <= 200
    assert not steps.filter(done_at__gt=demo.year.now).exists()
    assert steps.filter(done_at__isnull=False, done_by__isnull=False).exists()
