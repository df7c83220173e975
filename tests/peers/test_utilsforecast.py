"""Forecasts of a backtest, scored by Nixtla's utilsforecast, and frames in Nixtla's long form."""

import numpy as np
import pandas as pd
import pytest
from utilsforecast import losses
from utilsforecast.data import generate_series
from utilsforecast.evaluation import evaluate

from rnnts import NaiveForecaster, PanelForecaster, SeasonalNaiveForecaster, backtest, datasets

MODELS = [NaiveForecaster(), SeasonalNaiveForecaster()]
# In their units: a share of 1, where sMAPE goes to 200 here.
SAME = {
    "mae": (losses.mae, 1),
    "rmse": (losses.rmse, 1),
    "smape": (losses.smape, 200),
    "coverage-80": (losses.coverage, 1),
}


@pytest.mark.parametrize("measure", SAME)
def test_scores_of_a_backtest_are_theirs(measure):
    result = backtest(MODELS, datasets.load("air_passengers"), n_windows=3, level=80)
    loss, unit = SAME[measure]

    theirs = evaluate(result.predictions, [loss], models=result.models, level=[80])

    ours = result.by_cutoff().pivot_table(index="cutoff", columns="model", values=measure)
    theirs = unit * theirs.set_index("cutoff")[result.models]
    pd.testing.assert_frame_equal(theirs, ours[result.models], check_names=False, rtol=1e-12)


def test_their_long_frames_go_in_and_forecasts_in_their_form_come_out():
    panel = generate_series(3, freq="D", min_length=60)
    ahead = panel.groupby("unique_id", observed=True).tail(7)
    known = panel.drop(ahead.index)

    forecasts = PanelForecaster(SeasonalNaiveForecaster()).fit(known).predict(7)

    both = ahead.merge(forecasts.rename(columns={"y": "rnnts"}), on=["unique_id", "ds"])
    assert len(both) == 3 * 7
    scores = evaluate(both, [losses.mae], models=["rnnts"]).set_index("unique_id")["rnnts"]
    last_week = known.groupby("unique_id", observed=True)["y"].apply(lambda y: y.to_numpy()[-7:])
    for label, rows in ahead.groupby("unique_id", observed=True):
        assert scores[label] == pytest.approx(np.abs(rows["y"] - last_week[label]).mean())
