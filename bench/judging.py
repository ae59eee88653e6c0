"""The detector and the forecast on published series, where the data are at hand."""

from collections.abc import Iterator
from pathlib import Path

from bench.report import Row, of_full
from bench.sizes import Size

# The bounds of these are for all hourly series.
OF_ALL_SERIES = ("forecast, OWA", "80 % interval, 48 hours held out", "80 % interval, backtest")


def signal_rows(_size: Size, data: Path) -> Iterator[Row]:
    """The detector beside the published ones."""
    from bench import detection

    if not (data / "c_nab_series.csv.gz").exists():
        print(f"  skipped: no labelled series in {data.name}")
        return
    yield from (Row(**row) for row in detection.rows(data))


def forecast_rows(size: Size, data: Path) -> Iterator[Row]:
    """The forecast beside the published table."""
    from bench import forecasting

    if not (data / "c_m4_hourly_train.csv.gz").exists():
        print(f"  skipped: no published series in {data.name}")
        return
    for row in (Row(**row) for row in forecasting.rows(data, size.hourly_series)):
        yield of_full(size, row) if row.name.endswith(OF_ALL_SERIES) else row
