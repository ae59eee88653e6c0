"""Nothing that anybody wrote, or sends, becomes an element of a page; the browser's view is in another file."""

from typing import Any

from django.test import Client
from django.utils.http import urlencode

from people.models import User
from tests.architecture.world import World
from tests.conftest import sign_in
from tests.hostile.attack import Attack, addresses
from tests.hostile.corpus import FORM
from tests.hostile.dealing import IS_FULL, dealt
from tests.hostile.markup import ELEMENT, PROBE, injected, probe_of
from tests.hostile.planting import KEPT, plant, text_columns
from tests.hostile.seen import pages_seen

ESCAPED = f"&lt;{ELEMENT}"
LANGUAGES = ("en", "zh-hans")


def test_the_parser_finds_what_is_not_escaped() -> None:
    assert injected(f"<p>{PROBE}</p>")
    assert injected(f'<input value="{PROBE}">')
    assert injected(f"<script>let a = '{PROBE}'</script>")
    assert injected('<a href=" JavaScript:alert(1)">x</a>')
    assert injected(f"<p>{PROBE.replace('<', '&lt;')}</p>") == []


def test_every_kept_column_exists_and_most_are_planted() -> None:
    kept = {f"{label}.{name}" for label, names in KEPT.items() for name in names}
    columns = {f"{model._meta.label}.{field.name}" for model, field in text_columns()}
    assert len(columns) > 40
    assert not kept & columns


def test_no_stored_text_becomes_markup_in_any_page(world: World) -> None:
    planted, refused = plant(probe_of)
    assert planted > 100
    assert refused == {}, "a column takes no text: name it in KEPT, or mend the test"
    client, shown, wrong = sign_in(world.cast.adam), 0, []
    paths = [path for method, _address, path, _row in addresses(world, "pages") if method == "GET"]
    for path, language in dealt((("page", path) for path in paths), LANGUAGES):
        User.objects.update(language=language)
        answer = client.get(path)
        if not answer["Content-Type"].startswith("text/html"):
            # A browser that may not guess draws no JSON and no CSV.
            assert answer["X-Content-Type-Options"] == "nosniff"
            continue
        text = answer.getvalue().decode()
        shown += ESCAPED in text
        wrong += [f"{path}: {each[:200]}" for each in injected(text)]
    assert wrong == []
    assert shown > 20


def test_no_sent_text_becomes_markup_in_the_answer(world: World, browser: Attack) -> None:
    """All fields of a form at once; and each alone in `make hostile`."""
    pages, wrong = pages_seen(world, browser), []
    for method, address, path, row in addresses(world, "pages"):
        if method == "GET":
            names = {name for form in pages[address].forms for name in form.fields} | {"next", "q"}
            answers = [browser.send("GET", f"{path}?{urlencode(dict.fromkeys(names, PROBE))}")]
        else:
            fields = world.fill(row.get("form", {}))
            each = [{**fields, name: PROBE} for name in fields] if IS_FULL else []
            answers = [
                browser.send("POST", path, urlencode(sent, doseq=True).encode(), Content_Type=FORM)
                for sent in (*each, dict.fromkeys(fields, PROBE))
            ]
        for answer in answers:
            wrong += [f"{method} {path}: {one[:200]}" for one in complaints(answer)]
    assert wrong == []
    assert browser.found() == []


def complaints(answer: Any) -> list[str]:
    """What the probe has become in an answer."""
    found = injected(answer.getvalue().decode(errors="replace"))
    return [*found, *(place for place in [answer.get("Location", "")] if f"<{ELEMENT}" in place)]


def test_a_stranger_s_text_becomes_no_markup_either(world: World) -> None:
    client = Client()
    for path in ("/sign-in/", f"/{PROBE}/", f"/setup/{PROBE}/"):
        answer = client.get(path, {"next": PROBE, "email": PROBE})
        assert injected(answer.content.decode()) == []
