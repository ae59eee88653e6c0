"""Addresses of the kpis pages."""

from django.urls import path

from kpis import views

app_name = "kpis"
urlpatterns = [
    path("", views.kpi_list, name="list"),
    path("<str:key>/", views.kpi_detail, name="detail"),
    path("<str:key>/series.csv", views.kpi_series_csv, name="series-csv"),
    path("<str:key>/rows/", views.kpi_rows, name="rows"),
    path("<str:key>/target/", views.kpi_target, name="target"),
]
