"""What follows from a change of facts runs as the owner of the tables: who may write a fact may not write the logs.

The rights of whoever changes the facts, their organization included, are checked on the facts themselves.
"""

from django.db import migrations

FUNCTIONS = (
    "kpis_add_keys()",
    "kpis_remove_keys()",
    "kpis_change_keys()",
    "kpis_forget_keys()",
    "kpis_log_inserted()",
    "kpis_log_deleted()",
    "kpis_log_updated()",
    "kpis_log_everything()",
    "kpis_log_calendar()",
    "kpis_log_metric()",
    "kpis_forget_cells()",
    # Makes tables, which only their owner can.
    "kpis_make_month(date)",
)
# The path is fixed, so that nobody can slip a table of their own in; the first schema is where months are made.
DEFINER = "".join(
    f"ALTER FUNCTION {name} SECURITY DEFINER SET search_path = public, pg_temp;\n" for name in FUNCTIONS
)
INVOKER = "".join(f"ALTER FUNCTION {name} SECURITY INVOKER RESET search_path;\n" for name in FUNCTIONS)
CLOSED = "REVOKE EXECUTE ON FUNCTION kpis_make_month(date) FROM PUBLIC"


class Migration(migrations.Migration):
    dependencies = [("kpis", "0013_parts_know_their_organization")]

    operations = [migrations.RunSQL(DEFINER + CLOSED, INVOKER)]
