"""What models are called."""

import pytest
from sklearn.pipeline import make_pipeline

from rnnts import datasets
from rnnts.evaluation import backtest
from rnnts.evaluation._models import named_models
from rnnts.forecasters import NaiveForecaster, RNNForecaster, SeasonalNaiveForecaster


def names(*models):
    return list(named_models(models, ["y"]))


def test_models_of_a_class_are_named_by_what_sets_them_apart():
    found = names(
        RNNForecaster("linear", 2, n_jobs=2),
        RNNForecaster("gru", n_jobs=2),
        RNNForecaster(n_jobs=2),
        SeasonalNaiveForecaster(),
    )

    assert found == [
        "RNNForecaster(cell='linear', hidden_size=2)",
        "RNNForecaster(cell='gru')",
        "RNNForecaster",
        "SeasonalNaiveForecaster",
    ]


def test_long_names_are_numbers():
    pipelines = [make_pipeline(NaiveForecaster(season_length=n)) for n in (1, 12)]

    assert names(*pipelines, NaiveForecaster()) == ["Pipeline 1", "Pipeline 2", "NaiveForecaster"]


def test_twins_need_names():
    with pytest.raises(ValueError, match="two models are NaiveForecaster; give them names"):
        names(NaiveForecaster(), NaiveForecaster())


def test_names_are_columns_of_the_predictions():
    y = datasets.load("nile")

    result = backtest([NaiveForecaster(), NaiveForecaster(season_length=2)], y, n_windows=1)

    assert result.models == ["NaiveForecaster", "NaiveForecaster(season_length=2)"]
    assert "NaiveForecaster(season_length=2)-hi-95" in result.predictions
