"""The main pages. Another page is one more line here."""

from dataclasses import dataclass

ROW = "main .list-row .list-main > a"


@dataclass(frozen=True)
class MainPage:
    """A page by its address, or by the first link that `follow` finds there."""

    name: str
    path: str
    role: str = "manager"
    follow: str = ""


MAIN_PAGES = (
    MainPage("sign-in", "/sign-in/", role=""),
    MainPage("home", "/"),
    MainPage("home-tiles", "/tiles/"),
    MainPage("weekly-report", "/reports/weekly/"),
    MainPage("kpis", "/kpis/"),
    MainPage("kpi", "/kpis/complaint-rate/"),
    MainPage("kpi-day", "/kpis/csat/?grain=day"),
    MainPage("kpi-team", "/kpis/csat/?view=team"),
    MainPage("kpi-proof", "/kpis/csat/?view=proof"),
    MainPage("kpi-restatements", "/kpis/orders/?view=restatements"),
    MainPage("kpi-formula", "/kpis/service-quality/"),
    MainPage("kpi-new", "/kpis/new/"),
    MainPage("kpi-definition", "/kpis/csat/definition/"),
    MainPage("kpi-archival", "/kpis/csat/archival/"),
    MainPage("metrics", "/metrics/"),
    MainPage("metric", "/metrics/orders.completed/"),
    MainPage("metric-new", "/metrics/new/"),
    MainPage("metric-values", "/metrics/orders.completed/values/"),
    MainPage("metric-upload", "/metrics/orders.completed/upload/"),
    MainPage("kpi-rows", "/kpis/first-response-time/rows/"),
    MainPage("kpi-targets", "/kpis/csat/targets/"),
    MainPage("work", "/work/"),
    MainPage("goals", "/goals/"),
    MainPage("goal", "/goals/", follow=ROW),
    MainPage("goal-new", "/goals/new/"),
    MainPage("tasks", "/tasks/"),
    MainPage("task", "/tasks/", follow=ROW),
    MainPage("task-new", "/tasks/new/"),
    MainPage("task-board", "/tasks/?view=board"),
    MainPage("task-calendar", "/tasks/?view=calendar"),
    MainPage("task-table", "/tasks/?view=table&sort=-priority"),
    MainPage("task-people", "/tasks/?view=people"),
    MainPage("feedback", "/feedback/"),
    MainPage("feedback-item", "/feedback/", follow=ROW),
    MainPage("survey-invitation", "/kpis/survey-response-rate/rows/", follow="main td > a"),
    MainPage("feedback-new", "/feedback/new/"),
    MainPage("inbox", "/inbox/"),
    MainPage("task-import", "/tasks/import/"),
    MainPage("feedback-import", "/feedback/import/"),
    MainPage("first-kpis", "/first-steps/kpis/", role="admin"),
    MainPage("samples", "/samples/", role="admin"),
    MainPage("search", "/search/?q=re"),
    MainPage("shortcuts", "/shortcuts/"),
    MainPage("home-team", "/home-team/"),
    MainPage("notifications", "/settings/notifications/"),
    MainPage("reminders", "/settings/reminders/"),
    MainPage("tokens", "/tokens/"),
    MainPage("my-data", "/settings/my-data/"),
    MainPage("personal-data", "/settings/personal-data/", role="admin"),
    MainPage("erasure", "/settings/personal-data/", role="admin", follow="main .list-row a"),
    MainPage("audit", "/settings/audit/", role="admin"),
    MainPage("styleguide", "/styleguide/", role="admin"),
    MainPage("webhooks", "/settings/webhooks/", role="admin"),
    MainPage("webhook-new", "/settings/webhooks/new/", role="admin"),
    MainPage("forgotten-password", "/password/", role=""),
    MainPage("two-step", "/settings/two-step/"),
    MainPage("sessions", "/settings/sessions/"),
    MainPage("members", "/settings/members/", role="admin"),
    MainPage("member", "/settings/members/", role="admin", follow="main table th > a"),
    MainPage("invitations", "/settings/invitations/", role="admin"),
    MainPage("roles", "/settings/roles/", role="admin"),
    MainPage("role-new", "/settings/roles/new/", role="admin"),
    MainPage("team", "/settings/teams/", role="admin", follow=ROW),
    MainPage("sign-in-rules", "/settings/sign-in/", role="admin"),
    MainPage("viewer-home", "/", role="viewer"),
    MainPage("viewer-task", "/tasks/", role="viewer", follow=ROW),
)
