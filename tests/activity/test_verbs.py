"""The list of everything that can happen is whole, and says it in both languages."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from activity.registry import FACTS, NOUNS, verbs
from tests.architecture.source import APPS, files, name, tree

VERB = re.compile(r"[a-z_]+\.[a-z_]+")
# What takes such words and is no event: names of jobs and log lines, names of followers.
OTHERS = {"enqueue", "enqueue_soon", "info", "warning", "error", "exception", "debug", "follow", "get_model"}


def _recorded(path: Path) -> set[str]:
    """Every literal of that shape that is handed on, however many hands it goes through before it is recorded."""
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    given = [
        literal
        for call in calls
        if getattr(call.func, "id", getattr(call.func, "attr", "")) not in OTHERS
        for argument in call.args
        for literal in ([argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument])
    ]
    texts = {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {text for text in texts if VERB.fullmatch(text)}


def _hands_on(function: ast.FunctionDef) -> bool:
    return getattr(function.args.kwarg, "arg", "") == "facts" and "record(" in ast.unparse(function)


def _facts(path: Path) -> set[str]:
    """Every keyword that is handed to `record`, or to a function of the same file that hands its `facts` on to it."""
    nodes = list(ast.walk(tree(path)))
    takers = {"record"} | {
        node.name for node in nodes if isinstance(node, ast.FunctionDef) and _hands_on(node)
    }
    given = {
        keyword.arg
        for call in nodes
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in takers
        for keyword in call.keywords
        if keyword.arg is not None
    }
    return given - {"subject", "organization_id", "by"}


SERVICES = [path for path in files(*APPS) if {"services", "operating"} & {path.stem, *path.parts}]


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    """Every verb that is recorded, and where."""
    return {verb: name(path) for path in SERVICES for verb in _recorded(path)}


def test_every_verb_that_a_service_records_is_listed(found: dict[str, str]) -> None:
    assert len(found) > 30
    assert {verb: where for verb, where in found.items() if verb not in verbs()} == {}


def test_every_listed_verb_is_recorded_somewhere(found: dict[str, str]) -> None:
    assert set(verbs()) - set(found) == set()


def test_the_look_finds_a_verb_behind_a_wrapper_and_a_choice(tmp_path: Path) -> None:
    """The negative twin: what the first test would say about a service that records something unlisted."""
    service = tmp_path / "service.py"
    service.write_text('saved(x, by, "thing.made")\nrecord("thing.on" if x else "thing.off", by=by)\n')
    assert _recorded(service) == {"thing.made", "thing.on", "thing.off"}


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_every_noun_and_verb_has_words_in_both_languages(noun: object) -> None:
    for label in (noun.label, *noun.verbs.values()):
        with translation.override("en"):
            english = str(label)
        with translation.override("zh-hans"):
            assert english != str(label)


def test_every_fact_of_an_event_is_named_and_no_other() -> None:
    found = {fact: name(path) for path in files(*APPS) for fact in _facts(path)}
    assert {fact: where for fact, where in found.items() if fact not in FACTS} == {}
    assert set(FACTS) - set(found) == set()


def test_the_look_finds_a_fact_behind_a_wrapper(tmp_path: Path) -> None:
    service = tmp_path / "service.py"
    service.write_text(
        'def _tell(verb, **facts):\n    record(verb, by=1, **facts)\n_tell("thing.made", size=3)\n'
    )
    assert _facts(service) == {"size"}


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_is_named_in_both_languages(fact: str) -> None:
    with translation.override("en"):
        english = str(FACTS[fact])
    with translation.override("zh-hans"):
        assert english != str(FACTS[fact])
