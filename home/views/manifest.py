"""What a browser needs to know to install opsteam like a program."""

from django.http import Http404, HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from people.access import public
from people.choices import Language

# Those of --surface in light and of the drawing.
_GROUND, _ACCENT = "#ffffff", "#1f5796"


@public
@require_safe
@cache_control(max_age=86_400)
def manifest(request: HttpRequest, language: str) -> JsonResponse:
    """The web app manifest in one of the two languages."""
    if language not in Language.values:
        raise Http404
    with translation.override(language):
        described = {
            "id": "/",
            "start_url": reverse("home:manager"),
            "scope": "/",
            "display": "standalone",
            "lang": language,
            "dir": "ltr",
            "name": _("opsteam: operations in one place"),
            "short_name": "opsteam",
            "description": _("Customer feedback, tasks, KPIs and goals that answer to each other."),
            "background_color": _GROUND,
            "theme_color": _ACCENT,
            "icons": _icons(),
            "shortcuts": [
                {"name": _("New task"), "url": reverse("tasks:create")},
                {"name": _("New feedback"), "url": reverse("feedback:create")},
            ],
        }
    return JsonResponse(described, content_type="application/manifest+json")


def _icons() -> list[dict[str, str]]:
    drawing = {"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
    pictures = [
        {"src": static(f"icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    whole = {
        "src": static("icons/maskable-512.png"),
        "sizes": "512x512",
        "type": "image/png",
        "purpose": "maskable",
    }
    return [drawing, *pictures, whole]
