"""The organizations, metrics and facts that a benchmark measures with: the same ones for the same size."""

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from bench.sizes import Size
from kpis import services
from kpis.choices import Aggregate, Direction, Unit
from kpis.models import Metric
from kpis.services import Definition
from people.choices import Role
from people.models import Membership, Organization
from people.services import add_member, create_organization

ZONE = "Asia/Shanghai"
COLUMNS = "metric_id, source_key, occurred_at, value, team_id, label"
# Pseudo-random, the same on every machine: the hash of the number decides time of day and value.
WIDE = """
SELECT m.id, 'w:' || i, (%(first)s::date + ((i * %(days)s::bigint) / %(each)s)::int)::timestamp AT TIME ZONE 'UTC'
        + ((hashint8(i * 1000003 + m.id) & 2147483647) %% 57600) * interval '1 second',
    round((exp(3 + 1.2 * sin(hashint8(i * 7919 + m.id)::float8)))::numeric, 3), NULL::bigint, ''
FROM generate_series(0::bigint, %(each)s - 1) AS i CROSS JOIN kpis_metric AS m
WHERE m.organization_id = %(organization)s AND m.key LIKE 'wide-%%'
"""
DASHBOARD = """
SELECT m.id, 'd:' || i, (%(first)s::date + ((i * %(days)s::bigint) / %(each)s)::int)::timestamp AT TIME ZONE 'UTC'
        + ((hashint8(i * 1000003 + m.id) & 2147483647) %% 57600) * interval '1 second',
    1 + (hashint8(i * 31 + m.id) & 2147483647) %% 5, t.ids[1 + i %% 4], 'theme-' || i %% 3
FROM generate_series(0::bigint, %(each)s - 1) AS i CROSS JOIN kpis_metric AS m
CROSS JOIN (SELECT array_agg(id) AS ids FROM people_team WHERE organization_id = %(organization)s) AS t
WHERE m.organization_id = %(organization)s AND m.key LIKE 'dashboard-%%'
"""
DASHBOARD_METRICS = 12


@dataclass(frozen=True, slots=True)
class Company:
    """An organization with somebody who may do everything."""

    organization: Organization
    manager: Membership


def found_company(slug: str) -> Company:
    """A company of four teams in the zone of the benchmark, without facts."""
    organization = create_organization(slug=slug, name_en=slug, time_zone=ZONE)
    manager = add_member(
        organization=organization, email=f"{slug}@bench.example", name="Bench", role=Role.ADMIN, password=None
    )
    for number in range(4):
        organization_team(organization, number)
    return Company(organization, manager)


def organization_team(organization: Organization, number: int) -> None:
    """One more team."""
    from people.models import Team

    Team.objects.create(organization=organization, name_en=f"Team {number}")


def add_metrics(company: Company, prefix: str, number: int, **flags: Any) -> list[int]:
    """So many metrics, and a KPI of the mean of each of the first 200, with a target; returns their ids."""
    Metric.objects.bulk_create(
        Metric(
            organization=company.organization,
            key=f"{prefix}-{index}",
            name_en=f"{prefix} {index}",
            unit=Unit.COUNT,
            **flags,
        )
        for index in range(number)
    )
    for index in range(min(number, 200)):
        services.create_kpi(
            by=company.manager,
            key=f"{prefix}-{index}",
            name_en=f"{prefix} {index}",
            unit=Unit.COUNT,
            direction=Direction.UP,
            definition=Definition(aggregate=Aggregate.MEAN, metric=f"{prefix}-{index}"),
        )
        services.set_target(
            company.manager, f"{prefix}-{index}", starts_on=_long_ago(), value=Decimal(3), near=Decimal(2)
        )
    metrics = Metric.objects.filter(organization=company.organization, key__startswith=f"{prefix}-")
    return list(metrics.order_by("pk").values_list("pk", flat=True))


def write_facts(sql: str, company: Company, size: Size, each: int) -> Path:
    """The facts as a file for COPY, so that generating them is not part of what is measured."""
    with tempfile.NamedTemporaryFile(suffix=".copy", delete=False) as file, connection.cursor() as cursor:
        text = cursor.mogrify(
            sql,
            {
                "first": size.first_on,
                "days": size.days,
                "each": each,
                "organization": company.organization.pk,
            },
        ).decode()
        cursor.copy_expert(f"COPY ({text}) TO STDOUT", file)
        return Path(file.name)


def copy_facts(path: Path, table: str = "kpis_measurement") -> None:
    """The file's facts are in the table, in one transaction."""
    with path.open("rb") as file:
        copy_stream(file, table)


def copy_stream(file: IO[bytes], table: str = "kpis_measurement") -> None:
    """As `copy_facts`, from an open file."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({COLUMNS}) FROM STDIN", file)


def run(sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """The rows of a statement; none of one that gives none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def _long_ago() -> Any:
    from datetime import date

    return date(2000, 1, 1)


def months_exist(size: Size) -> None:
    """The partitions of the size's days and of today, with a day on either side."""
    services.make_months(size.first_on - timedelta(days=1), size.last_on + timedelta(days=40))
