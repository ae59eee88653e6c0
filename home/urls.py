"""Addresses of the home pages."""

from django.urls import include, path

from home import views
from home.views import first_steps as steps
from home.views.work import work

app_name = "home"
SIGNALS = [
    path("", views.signal_list, name="list"),
    path("<int:signal_id>/", views.signal_detail, name="detail"),
    path("<int:signal_id>/acknowledgement/", views.acknowledge_signal, name="acknowledge"),
    path("<int:signal_id>/tasks/", views.open_task, name="open-task"),
    path("<int:signal_id>/closure/", views.close_signal, name="close"),
]
urlpatterns = [
    path("", views.manager_home, name="manager"),
    path("manifest/<str:language>.webmanifest", views.manifest, name="manifest"),
    path("setup/<str:token>/", views.setup, name="setup"),
    path("work/", work, name="work"),
    path("pulse/", views.pulse, name="pulse"),
    path("tiles/", views.tiles, name="tiles"),
    path("home.csv", views.home_csv, name="csv"),
    path("home.<str:form>", views.home_file, name="file"),
    path("reports/weekly/", views.newest_report, name="newest-report"),
    path("reports/weekly/<int:year>-W<int:week>/", views.weekly_report, name="report"),
    path("reports/weekly/<int:year>-W<int:week>.csv", views.weekly_report_csv, name="report-csv"),
    path("reports/weekly/<str:name>.<str:form>", views.weekly_report_file, name="report-file"),
    path("changes/seen/", views.seen, name="seen"),
    path("first-steps/", steps.show_first_steps, name="first-steps"),
    path("first-steps/kpis/", steps.choose_kpis, name="choose-kpis"),
    path("first-steps/hiding/", steps.hide_first_steps, name="hide-first-steps"),
    path("first-steps/return/", steps.bring_back_first_steps, name="bring-back-first-steps"),
    path("search/", views.search_page, name="search"),
    path("shortcuts/", views.shortcut_sheet, name="shortcuts"),
    path("signals/", include((SIGNALS, "signals"))),
]
