"""A filling that was interrupted leaves nothing behind, and the next is whole."""

import pytest

from tasks.models import Task

pytestmark = pytest.mark.django_db


def test_an_interrupted_filling_leaves_nothing_and_the_next_completes_it(demo):
    assert demo.left_by_interrupt == 0
    assert Task.objects.filter(organization=demo.organization).count() > 1_000
    assert demo.credentials.exists()
