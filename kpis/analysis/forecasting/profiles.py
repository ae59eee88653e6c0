"""Seasonal profiles: what a phase of the season adds to the level."""

import numpy as np

from kpis.analysis.forecasting.series import Vector


def centred_trend(values: Vector, season: int) -> tuple[Vector, int]:
    """Moving average over one season (2×m where m is even) and the position its first value belongs to."""
    sums = np.cumsum(np.concatenate([[0.0], values]))
    means = (sums[season:] - sums[:-season]) / season
    if season % 2 == 0:
        means = (means[1:] + means[:-1]) / 2
    return means, season // 2


def profile(values: Vector, season: int) -> Vector:
    """Additive profile of phases 0 to season − 1, in the unit of the values, mean 0; needs two seasons of values.

    Each harmonic is shrunk by how far it stands above the noise of the phase means (Wiener), so that a long
    season seen few times comes out smooth and an absent one comes out flat.
    """
    trend, first = centred_trend(values, season)
    detrended = values[first : first + len(trend)] - trend
    phases = (np.arange(len(detrended)) + first) % season
    counts = np.bincount(phases, minlength=season)
    means = np.bincount(phases, detrended, season) / np.maximum(counts, 1)
    spare = len(detrended) - season
    if spare >= max(4, season // 2):
        rest = detrended - means[phases]
        noise = season * (rest @ rest / spare) / max(counts.mean(), 1)
        spectrum = np.fft.rfft(means)
        power = np.abs(spectrum) ** 2
        means = np.fft.irfft(spectrum * np.clip(1 - noise / np.maximum(power, 1e-300), 0, 1), season)
    centred: Vector = means - means.mean()
    return centred


def adjusted(values: Vector, seasons: tuple[int, ...]) -> tuple[Vector, list[Vector]]:
    """The values without their seasons, and the profile of each season, shortest first."""
    rest, found = values, []
    for season in seasons:
        shape = profile(rest, season)
        found.append(shape)
        rest = rest - shape[np.arange(len(rest)) % season]
    return rest, found
