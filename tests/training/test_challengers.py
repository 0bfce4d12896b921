import numpy as np

from tests.training.made_up import FEATURES, feature, sample
from training.challengers import challengers, logistic, past_violations, scorecard
from training.concordance import auc


def test_past_violations_puts_a_business_without_the_figure_last() -> None:
    rank = past_violations(FEATURES, "penalty_count_36m")
    X = np.array([[2.0, 0, 0, 0, 0], [np.nan, 0, 0, 0, 0], [0.0, 0, 0, 0, 0]])
    assert np.argsort(-rank(X)).tolist() == [0, 2, 1]


def test_logistic_finds_what_made_the_data() -> None:
    rows, later = sample(), sample(seed=5)
    assert auc(later.y, logistic(rows, FEATURES)(later.X)) > 0.72


def test_logistic_scores_missing_values_and_unseen_codes() -> None:
    rank = logistic(sample(), FEATURES)
    odd = np.array([[np.nan, np.nan, np.nan, np.nan, np.nan], [0.0, 0.0, 0.0, 99.0, 0.0]])
    assert np.isfinite(rank(odd)).all()


def test_scorecard_adds_whole_points_and_ranks_like_the_truth() -> None:
    card = scorecard(sample(), FEATURES)
    assert {line.feature for line in card.lines} >= {"penalty_count_36m", "clean_check_count_36m"}
    later = sample(seed=5)
    points = card.rank(later.X)
    assert (points == np.rint(points)).all()
    assert auc(later.y, points) > 0.65
    penalties = card.lines[[line.column for line in card.lines].index(0)]
    assert penalties.points[0] < penalties.points[1]  # none against some


def test_scorecard_takes_one_feature_of_each_reason() -> None:
    rows = sample()
    twice = (FEATURES[0], feature("penalty_count_12m"), *FEATURES[2:])
    same = (twice[0], type(twice[1])(**{**vars(twice[1]), "reason": twice[0].reason}), *twice[2:])
    rows.X[:, 1] = rows.X[:, 0] + np.random.default_rng(0).normal(0, 0.1, len(rows))
    assert [line.column for line in scorecard(rows, same).lines].count(0) + [
        line.column for line in scorecard(rows, same).lines
    ].count(1) == 1


def test_challengers_are_named_and_rank_every_row() -> None:
    rows = sample(1000)
    ranked = {n: r(rows.X) for n, r in challengers(rows, FEATURES, "penalty_count_36m").items()}
    assert set(ranked) == {"logistic", "scorecard", "past_violations"}
    assert all(len(values) == len(rows) for values in ranked.values())
