"""One configuration on 31 real labelled series, scored as published."""

from bench import detection, nab
from tests.conftest import shared_data


def test_the_score_of_the_labelled_series_is_at_least_twenty_and_no_group_is_given_up():
    folder = shared_data("c_nab_series.csv.gz").parent
    groups, speed = detection.score_corpus(nab.read_corpus(folder), nab.read_weights(folder))
    assert sum(groups.values()) >= 20
    assert min(groups.values()) > 0
    assert speed > 1000


def test_the_rows_say_whether_the_target_is_met_beside_the_best_published():
    folder = shared_data("c_nab_series.csv.gz").parent
    references = {name: sum(groups.values()) for name, groups in detection.reference_groups(folder).items()}
    assert max(references, key=lambda name: references[name]) == "ARTime"
    assert "random" not in references
    assert round(references["ARTime"], 1) == 27.3
    assert round(references["null"]) == -63
