"""A word that only the rival's rows hold, in every text there is, never reaches Acme; the table of routes looks for it.

Here: that the word is everywhere, that it would be seen without the rules and is not behind the wall, that no number
tells of the rival's rows, and that no mail does.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection, models
from django.test import Client

from common.errors import NotVisible
from common.models import OwnedQuerySet
from common.wall.policies import WEB, WORKER
from common.wall.tables import owned_models
from feedback.selectors import get_item
from notifications.choices import Rule
from notifications.models import Delivery
from notifications.services.reminders import seed_reminder_rules
from opsteam.celery import app
from people.choices import Scope
from tasks.selectors import get_task
from tests.architecture.test_authorisation import CANARY, answers, rows
from tests.architecture.world import OWNER, World, kept_world, may_act_as, taken_back, world
from tests.conftest import bearer, sign_in
from tests.tenancy.rows import CHECKED, fill, marked_columns

__all__ = ["kept_world", "world"]

app.loader.import_default_modules()
Doors = dict[str, tuple[Client, dict[str, str]]]
# What differs between two answers to the same question: the form's token, the request's id, the clock, what hashes it.
VOLATILE = re.compile(r"\b([0-9A-Za-z]{64}|[0-9a-f]{32})\b|[0-9]{2}:[0-9]{2}(:[0-9.]+)?|'ETag': '[^']+'")


@pytest.fixture
def canary(world: World) -> World:
    """The rival has a row of everything, with the word in every text."""
    may_act_as(WEB, WORKER)
    fill(world.cast.other, CANARY)
    connection.check_constraints()
    return world


def adam_of(world: World) -> Doors:
    """Acme's administrator, before pages and before the API."""
    return {
        "pages": (sign_in(world.cast.adam), {}),
        "api": (Client(), bearer(world.cast.adam, *Scope)),
    }


def answers_to(adam: Doors, world: World, role: str) -> Iterator[tuple[str, str]]:
    """What he is told at every address."""
    for kind, actor in adam.items():
        for row in rows(kind, OWNER):
            found = answers(world, row, {"adam": actor}, role)["adam"]
            yield f"{kind} {row[0]}", found.told


def test_the_word_is_in_every_text_of_every_model(world: World) -> None:
    marked = set(marked_columns(CANARY, fill(world.cast.other, CANARY)))
    without = [
        f"{model._meta.label}.{field.name}"
        for model in owned_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.name == "time_zone")
        and field.name not in CHECKED.get(model._meta.label, {})
        and (field.max_length or 99) >= len(CANARY)
        and (model._meta.db_table, field.column) not in marked
    ]
    assert without == []


def made_once(world: World) -> None:
    """The SQL of `RowById` and of Home is made, both of which refuse rows that nothing narrows."""
    assert sign_in(world.cast.adam).get("/").status_code == 200
    for find in (get_task, get_item):
        with suppress(NotVisible):
            find(world.cast.adam, 0)


def test_without_the_filters_only_the_wall_hides_it(canary: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both halves: as the owner the word is seen on many pages, as the web's role on none."""
    made_once(canary)
    monkeypatch.setattr(OwnedQuerySet, "visible_to", lambda rows, _actor: rows.all())
    adam = adam_of(canary)
    seen = (address for address, text in answers_to(adam, canary, OWNER) if CANARY in text)
    assert len(list(islice(seen, 21))) == 21
    # What this process kept of numbers that nobody else would have been shown.
    cache.clear()
    assert [address for address, text in answers_to(adam, canary, WEB) if CANARY in text] == []


def test_no_answer_changes_by_the_rivals_rows(world: World) -> None:
    """So no count, page number or order tells of them."""
    seed_reminder_rules(world.cast.organization.pk)
    adam = adam_of(world)
    before = {address: VOLATILE.sub("", text) for address, text in answers_to(adam, world, OWNER)}
    fill(world.cast.other, CANARY)
    connection.check_constraints()
    after = {address: VOLATILE.sub("", text) for address, text in answers_to(adam, world, OWNER)}
    assert [address for address in before if before[address] != after[address]] == []


def test_no_mail_to_acme_holds_it(canary: World, settings: pytest.FixtureRequest) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    Delivery.objects.create(
        organization=canary.cast.organization,
        rule=Rule.TASK_ASSIGNED,
        recipient=canary.cast.ben,
        subject_type="tasks.task",
        subject_id=canary.values["task_id"],
        period="event:1",
        message_id="<one@example.test>",
    )
    with taken_back(WORKER):
        for name in ("activity.tell_followers", "notifications.plan", "notifications.send_due"):
            app.tasks[name]()
    ours = [each for each in mail.outbox if CANARY not in "".join(each.to)]
    assert ours, "Acme was sent nothing, which proves nothing"
    assert [each.subject for each in ours if CANARY in str(each.message())] == []
