"""Every page's address; each app brings its own. The API is in `api_urls.py`."""

from django.urls import include, path

from kpis.urls import metric_patterns

# Those with a prefix first: a request of the API is not compared with every page.
urlpatterns = [
    path("api/", include("opsteam.api_urls")),
    path("tasks/", include("tasks.urls")),
    path("feedback/", include("feedback.urls")),
    path("goals/", include("goals.urls")),
    path("kpis/", include("kpis.urls")),
    path("metrics/", include(metric_patterns)),
    path("styleguide/", include("opsteam.styleguide.urls")),
    path("", include("home.urls")),
    path("", include("imports.urls")),
    path("", include("people.urls")),
    path("", include("notifications.urls")),
    path("", include("people.account_urls")),
    path("", include("activity.urls")),
    path("", include("opsteam.operating.urls")),
]

handler400 = "opsteam.refusals.bad_request"
handler403 = "opsteam.refusals.not_allowed"
handler404 = "opsteam.refusals.not_found"
handler500 = "opsteam.refusals.server_error"
