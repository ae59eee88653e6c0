"""The planted story: in month 8 a change of carrier makes deliveries late; by month 10 it is repaired."""

from home.demo.year import Curve

LATE_DELIVERY = "late-delivery"

# Orders a day, growing with the business.
ORDERS: Curve = ((0, 690), (6, 730), (12, 790))
# Complaints per 1,000 orders: the usual ones, and those that the new carrier causes.
USUAL_COMPLAINTS: Curve = ((0, 6.2), (7, 6.0), (10, 5.8), (12, 5.6))
CARRIER_COMPLAINTS: Curve = (
    (7.0, 0),
    (7.4, 5),
    (8.0, 12),
    (8.6, 13),
    (8.8, 11),
    (9.0, 6),
    (9.3, 2),
    (9.6, 0),
)
# Questions, suggestions and praise a day.
OTHER_FEEDBACK: Curve = ((0, 2.9), (12, 3.2))
# The share of survey answers of 4 or 5.
SATISFIED: Curve = (
    (0, 0.865),
    (7.0, 0.875),
    (7.5, 0.80),
    (8.0, 0.70),
    (8.6, 0.66),
    (9.0, 0.77),
    (9.4, 0.86),
    (12, 0.895),
)
# The share of answers of 5 to 7 to how easy it was, and of promoters and detractors among those asked to recommend us.
EASY: Curve = ((0, 0.77), (7.0, 0.78), (8.2, 0.63), (8.8, 0.62), (9.6, 0.76), (12, 0.81))
PROMOTERS: Curve = ((0, 0.56), (7.0, 0.57), (8.4, 0.41), (9.0, 0.40), (10.0, 0.53), (12, 0.60))
DETRACTORS: Curve = ((0, 0.13), (7.0, 0.13), (8.4, 0.27), (9.0, 0.28), (10.0, 0.16), (12, 0.12))
# The share of last month's customers who order again, and of resolved items that are opened once more.
RETAINED: Curve = ((0, 0.805), (7.2, 0.81), (8.6, 0.745), (9.2, 0.75), (10.5, 0.805), (12, 0.83))
REOPENED: Curve = ((0, 0.028), (7.2, 0.028), (8.2, 0.07), (9.0, 0.075), (9.8, 0.035), (12, 0.026))
# Hours to the first reply and days to the resolution (medians), longer while complaints pile up.
REPLY_HOURS: Curve = ((0, 1.9), (7.2, 1.8), (8.0, 3.4), (8.7, 3.9), (9.4, 2.2), (10, 1.7), (12, 1.6))
RESOLUTION_DAYS: Curve = ((0, 1.0), (7.2, 1.0), (8.0, 1.7), (8.7, 2.0), (9.5, 1.1), (12, 0.95))
# The share of tasks done by their due day.
ON_TIME: Curve = (
    (0, 0.91),
    (7.2, 0.92),
    (8.2, 0.80),
    (9.0, 0.79),
    (9.8, 0.90),
    (10.8, 0.88),
    (11.1, 0.78),
    (12, 0.74),
)
