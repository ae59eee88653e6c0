"""Online anomaly detection: one configuration for every series, one point at a time, bounded memory."""

from kpis.analysis.detection.detector import DEFAULT, Configuration, Detector, Direction, Judgement, Kind

__all__ = ["DEFAULT", "Configuration", "Detector", "Direction", "Judgement", "Kind"]
