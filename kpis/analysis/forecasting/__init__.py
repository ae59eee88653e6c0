"""Forecasts of a series with their interval, checked against seasonal naive. Needs numpy: workers only."""

from kpis.analysis.forecasting.forecast import Forecast, forecast

__all__ = ["Forecast", "forecast"]
