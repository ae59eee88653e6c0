"""Whether numbers can have changed, without reading one of them."""

from django.db.models import TextField
from django.db.models.expressions import RawSQL

STATE = """
SELECT concat_ws('.',
    (SELECT sum(p.newest_version) FROM kpis_metricprogress AS p JOIN kpis_metric AS m ON m.id = p.metric_id
        WHERE m.organization_id = %s),
    (SELECT concat(count(*), '-', max(r.id)) FROM kpis_dirtyrange AS r JOIN kpis_metric AS m ON m.id = r.metric_id
        WHERE m.organization_id = %s),
    (SELECT sum(hashtextextended(k::text, 0)) FROM kpis_kpi AS k WHERE k.organization_id = %s),
    (SELECT sum(hashtextextended(d::text, 0)) FROM kpis_kpidefinition AS d WHERE d.organization_id = %s),
    (SELECT sum(hashtextextended(t::text, 0)) FROM kpis_kpitarget AS t WHERE t.organization_id = %s))
"""


def state_of_numbers(organization_id: int) -> RawSQL:
    """An expression: another text whenever a cell, a KPI, a definition or a target of the organization is another."""
    return RawSQL(STATE, [organization_id] * STATE.count("%s"), output_field=TextField())  # noqa: S611 - a constant text
