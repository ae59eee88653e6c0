"""Steps and time entries of tasks, a time of the due day, and finding what was closed last."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

CLOSED = ("done", "cancelled")


class Migration(migrations.Migration):
    dependencies = [("people", "0012_versions_of_roles"), ("tasks", "0005_working_days")]

    operations = [
        migrations.AddField("task", "due_time", models.TimeField(blank=True, null=True, verbose_name="until")),
        migrations.AddConstraint(
            "task",
            models.CheckConstraint(
                condition=Q(due_time__isnull=True) | Q(due_on__isnull=False),
                name="tasks_task_due_time_has_a_day",
            ),
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                F("organization"),
                F("closed_at").desc(),
                condition=Q(status__in=CLOSED),
                name="tasks_task_closed_last",
            ),
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_default=0,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="people.organization",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=300, verbose_name="step")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.membership",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="tasks.task",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [models.CheckConstraint(condition=~Q(text=""), name="tasks_step_has_a_text")],
                "indexes": [models.Index(fields=["task", "position", "id"], name="tasks_step_in_order")],
            },
        ),
        migrations.CreateModel(
            name="TimeEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.organization",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="from")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="time_entries",
                        to="people.membership",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="time_entries",
                        to="tasks.task",
                    ),
                ),
            ],
            options={
                "ordering": ["-started_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True),
                        fields=("membership",),
                        name="tasks_time_entry_one_runs",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                        name="tasks_time_entry_ends_after_start",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["membership", "-started_at"], name="tasks_time_entry_newest")
                ],
            },
        ),
    ]
