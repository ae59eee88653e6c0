"""The forecast's numerical library costs memory: only workers load it."""

import os
import subprocess
import sys

PROGRAM = """
import sys
from opsteam.wsgi import application
from django.urls import get_resolver
assert application and get_resolver().url_patterns
print("numpy" in sys.modules, "kpis.analysis.forecasting" in sys.modules)
import kpis.analysis.forecasting
print("numpy" in sys.modules)
"""


def test_a_web_process_does_not_load_numpy() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert finished.stdout.split() == ["False", "False", "True"]


def test_the_forecast_needs_no_django_and_one_thread() -> None:
    program = (
        "import os, sys, kpis.analysis.forecasting;"
        "print('django' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=environment,
    )
    assert finished.stdout.split() == ["False", "1"]
