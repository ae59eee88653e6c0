"""Read-only, versioned views for Tableau, Power BI and the like. See docs/bi.md.

A role sees the organization that `kpis_bireader` names for it and nothing else; the tables below stay closed to it.
A view of `bi_v1` keeps its columns for good: what must change becomes `bi_v2` beside it.
"""

from django.db import migrations

MINE = "SELECT organization_id FROM public.kpis_bireader WHERE role_name = session_user"

VIEWS = {
    "teams": """
        SELECT t.id AS team_id, t.name_en, t.name_zh, t.parent_id AS parent_team_id
        FROM public.people_team AS t WHERE t.organization_id IN ({mine})""",
    "members": """
        SELECT m.id AS member_id, u.name, m.role, m.is_active
        FROM public.people_membership AS m JOIN public.people_user AS u ON u.id = m.user_id
        WHERE m.organization_id IN ({mine})""",
    "metrics": """
        SELECT m.id AS metric_id, m.key AS metric_key, m.name_en, m.name_zh, m.unit, m.is_ordinal, m.final_before
        FROM public.kpis_metric AS m WHERE m.organization_id IN ({mine})""",
    "metric_days": """
        SELECT c.metric_id, m.key AS metric_key, c.day, nullif(c.team_id, 0) AS team_id,
            nullif(c.member_id, 0) AS member_id, nullif(c.label, '') AS label,
            c.n, c.total, c.total / nullif(c.n, 0) AS mean, c.smallest, c.largest, c.score_counts, c.version
        FROM public.kpis_daycell AS c JOIN public.kpis_metric AS m ON m.id = c.metric_id
        WHERE c.n > 0 AND m.organization_id IN ({mine})""",
    "metric_hours": """
        SELECT c.metric_id, m.key AS metric_key, c.hour, nullif(c.team_id, 0) AS team_id,
            nullif(c.member_id, 0) AS member_id, nullif(c.label, '') AS label,
            c.n, c.total, c.total / nullif(c.n, 0) AS mean, c.smallest, c.largest, c.version
        FROM public.kpis_hourcell AS c JOIN public.kpis_metric AS m ON m.id = c.metric_id
        WHERE c.n > 0 AND m.organization_id IN ({mine})""",
    "measurements": """
        SELECT f.metric_id, m.key AS metric_key, f.source_key, f.occurred_at, f.value, f.weight, f.team_id,
            f.member_id, nullif(f.label, '') AS label, f.recorded_at
        FROM public.kpis_measurement AS f JOIN public.kpis_metric AS m ON m.id = f.metric_id
        WHERE m.organization_id IN ({mine})""",
    "kpis": """
        SELECT k.id AS kpi_id, k.key AS kpi_key, k.name_en, k.name_zh, k.unit, k.direction, k.minimum_n,
            k.owner_id AS owner_member_id, k.archived_at, s."on" AS day, s.value, s.n, s.target, s.status,
            s.since AS status_since, s.judged_at
        FROM public.kpis_kpi AS k LEFT JOIN public.kpis_kpistate AS s ON s.kpi_id = k.id
        WHERE k.organization_id IN ({mine})""",
    "kpi_definitions": """
        SELECT d.kpi_id, k.key AS kpi_key, d.version, d.applies_from, d.aggregate, m.key AS metric_key,
            b.key AS denominator_key, nullif(d.label, '') AS label,
            nullif(d.denominator_label, '') AS denominator_label, d.scale, d.least_score, d.most_score,
            nullif(d.formula, '') AS formula, d.created_at
        FROM public.kpis_kpidefinition AS d JOIN public.kpis_kpi AS k ON k.id = d.kpi_id
        LEFT JOIN public.kpis_metric AS m ON m.id = d.metric_id
        LEFT JOIN public.kpis_metric AS b ON b.id = d.denominator_id
        WHERE k.organization_id IN ({mine})""",
    "kpi_targets": """
        SELECT t.kpi_id, k.key AS kpi_key, t.starts_on, t.shape, t.period, t.value, t.near, t.upper, t.near_upper
        FROM public.kpis_kpitarget AS t JOIN public.kpis_kpi AS k ON k.id = t.kpi_id
        WHERE k.organization_id IN ({mine})""",
    "restatements": """
        SELECT r.id AS restatement_id, r.metric_id, m.key AS metric_key, r.day, nullif(r.team_id, 0) AS team_id,
            nullif(r.member_id, 0) AS member_id, nullif(r.label, '') AS label, r.n AS old_n, r.total AS old_total,
            r.new_n, r.new_total, r.reasons, r.restated_at
        FROM public.kpis_restatement AS r JOIN public.kpis_metric AS m ON m.id = r.metric_id
        WHERE m.organization_id IN ({mine})""",
    "signals": """
        SELECT s.id AS signal_id, s.kpi_id, k.key AS kpi_key, s.team_id, s.kind, s.trend, s.is_good, s.state,
            s.first_on, s.last_on, s.value, s.expected, s.low, s.high, s.owner_id AS owner_member_id, s.task_id,
            nullif(s.ending, '') AS ending, s.created_at, s.acknowledged_at, s.closed_at
        FROM public.kpis_signal AS s JOIN public.kpis_kpi AS k ON k.id = s.kpi_id
        WHERE s.organization_id IN ({mine})""",
    "calendar": """
        SELECT d.day::date AS day, (d.day - ((extract(isodow FROM d.day)::int - o.week_start + 7) % 7)
                * interval '1 day')::date AS week_starts_on,
            date_trunc('month', d.day)::date AS month_starts_on,
            (date_trunc('quarter', d.day - (o.fiscal_month - 1) * interval '1 month')
                + (o.fiscal_month - 1) * interval '1 month')::date AS fiscal_quarter_starts_on,
            (date_trunc('year', d.day - (o.fiscal_month - 1) * interval '1 month')
                + (o.fiscal_month - 1) * interval '1 month')::date AS fiscal_year_starts_on,
            o.time_zone
        FROM public.people_organization AS o
        CROSS JOIN LATERAL generate_series(
            timestamp '2000-01-01', date_trunc('year', localtimestamp) + interval '2 years', interval '1 day') AS d(day)
        WHERE o.id IN ({mine})""",
}


def _create() -> str:
    views = "".join(
        f"CREATE VIEW bi_v1.{name} WITH (security_barrier) AS{query.format(mine=MINE)};\n"
        for name, query in VIEWS.items()
    )
    return f"CREATE SCHEMA bi_v1;\n{views}"


class Migration(migrations.Migration):
    dependencies = [("kpis", "0008_reasons_and_frozen_days"), ("people", "0001_initial")]

    operations = [migrations.RunSQL(_create(), "DROP SCHEMA bi_v1 CASCADE")]
