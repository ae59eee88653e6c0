"""Forecasts of a series with their interval, checked against seasonal naive. Needs numpy: workers only."""

import os

# Matrices of 60 × 60 are too small to share out: with threads a forecast costs four times the processor time.
# OpenBLAS reads this once, when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from kpis.analysis.forecasting.forecast import Forecast, forecast

__all__ = ["Forecast", "forecast"]
