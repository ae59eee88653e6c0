"""The methods behind a forecast have names in both languages."""

import math
import re

from django.utils import translation

from kpis.analysis.forecasting.combination import candidates
from kpis.analysis.forecasting.series import prepare
from kpis.charts.methods import methods_text


def test_every_method_that_can_be_behind_a_forecast_has_a_chinese_name() -> None:
    values = [20 + 5 * math.sin(step / 3) + step % 7 for step in range(120)]
    names = candidates(prepare(values, [7], 7)) | candidates(prepare(values, [3, 7], 7))
    assert len(names) > 10
    with translation.override("zh-hans"):
        told = {name: methods_text(name) for name in names}
    # Theta is the name of the method in Chinese, too.
    foreign = {name: text for name, text in told.items() if re.search("[a-zA-Z]", text.replace("Theta", ""))}
    assert foreign == {}
    assert len(set(told.values())) == len(names)


def test_several_methods_are_told_in_their_order() -> None:
    assert methods_text("log Theta + seasonal naive 52") == "Theta of logarithms + seasonal naive (52)"
    assert methods_text("") == ""
