"""Addresses of the pages of KPIs and of metrics."""

from django.urls import path

from kpis.views import definitions, files, kpi, listing, metrics, notes, rows, targets, uploads, values

app_name = "kpis"
urlpatterns = [
    path("", listing.kpi_list, name="list"),
    path("new/", definitions.create, name="create"),
    path("<str:key>/", kpi.kpi_detail, name="detail"),
    path("<str:key>/series.csv", files.kpi_series_csv, name="series-csv"),
    path("<str:key>/breakdown.csv", files.kpi_breakdown_csv, name="breakdown-csv"),
    path("<str:key>/rows/", rows.kpi_rows, name="rows"),
    path("<str:key>/definition/", definitions.change, name="definition"),
    path("<str:key>/archival/", definitions.archive, name="archive"),
    path("<str:key>/restoration/", definitions.restore, name="restore"),
    path("<str:key>/targets/", targets.kpi_targets, name="targets"),
    path("<str:key>/targets/<int:target_id>/", targets.edit, name="target"),
    path("<str:key>/targets/<int:target_id>/deletion/", targets.remove, name="target-deletion"),
    path("<str:key>/notes/", notes.add, name="notes"),
    path("<str:key>/notes/<int:note_id>/deletion/", notes.remove, name="note-deletion"),
]
metric_patterns = (
    [
        path("", metrics.metric_list, name="list"),
        path("new/", metrics.create, name="create"),
        path("<str:key>/", metrics.metric_detail, name="detail"),
        path("<str:key>/hours/", metrics.keep_hours, name="hours"),
        path("<str:key>/finality/", metrics.finality, name="finality"),
        path("<str:key>/values/", values.metric_values, name="values"),
        path("<str:key>/upload/", uploads.metric_upload, name="upload"),
    ],
    "metrics",
)
