"""Columns that say one thing about each series."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone

from rnnts import NaiveForecaster, PanelForecaster, RNNForecaster

GROWTH = {"falling": -0.05, "still": 0.0, "rising": 0.05}
NETWORK = RNNForecaster(season_length=1, horizon=4, partner=None, n_init=1)


def panel_of(n_series, seed, n_rows):
    """Series that grow as their kind says, which a few noisy rows do not tell."""
    rng = np.random.default_rng(seed)
    kinds = np.array(list(GROWTH))[np.arange(n_series) % 3]
    rows = np.arange(n_rows)
    trends = np.array([GROWTH[kind] for kind in kinds])[:, None] * rows
    noise = 0.1 * rng.standard_normal((n_series, n_rows))
    return pd.DataFrame(
        {
            "unique_id": np.repeat([f"{seed}-{place}" for place in range(n_series)], n_rows),
            "ds": np.tile(rows, n_series),
            "y": 100 * np.exp(trends + noise).ravel(),
            "kind": np.repeat(kinds, n_rows),
            "size": np.repeat(rng.standard_normal(n_series), n_rows),
        }
    )


@pytest.fixture(scope="module")
def long():
    return panel_of(48, 0, 20)


@pytest.fixture
def small(long):
    """Few series, and networks that learn next to nothing: quickly fitted."""
    estimator = clone(NETWORK).set_params(hidden_size=2, max_iter=5)
    model = PanelForecaster(estimator, "global", static_cols=["kind", "size"])
    return model, long[long["unique_id"].isin(["0-0", "0-1", "0-2", "0-3"])]


def error_on_new_series(long, names):
    """Mean absolute error of logarithms on short series that take no part in training."""
    new = panel_of(30, 1, 8)
    is_known = new["ds"] < 4
    kept = ["unique_id", "ds", "y", *names]
    model = PanelForecaster(NETWORK, "global", static_cols=names).fit(long[kept])
    forecasts = model.update(new.loc[is_known, kept]).predict(4)
    merged = new[~is_known].merge(forecasts, on=["unique_id", "ds"])
    return np.abs(np.log(merged["y_x"] / merged["y_y"])).mean()


def test_what_is_said_of_a_series_helps_to_forecast_it(long):
    without = error_on_new_series(long, [])

    assert error_on_new_series(long, ["kind"]) < 0.8 * without
    assert error_on_new_series(long, ["size"]) < 1.1 * without  # noise, which does no harm


@pytest.mark.parametrize("mode", ["global", "both"])
def test_to_predict_static_columns_need_not_be_given(small, mode):
    model, long = small
    model.set_params(mode=mode).fit(long)
    future = pd.DataFrame({"unique_id": "0-1", "ds": [20, 21], "kind": "still"})
    future["size"] = long.loc[long["unique_id"] == "0-1", "size"].iloc[0]

    expected = model.predict(2).query("unique_id == '0-1'")["y"]

    assert_allclose(model.predict(future), expected)
    assert_allclose(model.predict(future[["unique_id", "ds"]]), expected)
    with pytest.raises(ValueError, match="series '0-1' differ from those it was fitted with"):
        model.predict(future.assign(kind="rising"))


def test_local_forecasters_are_not_given_them(long):
    model = PanelForecaster(NaiveForecaster(), static_cols=["kind", "size"]).fit(long)

    plain = PanelForecaster(NaiveForecaster()).fit(long[["unique_id", "ds", "y"]])

    pd.testing.assert_frame_equal(model.predict(3), plain.predict(3))


def test_the_index_form_knows_them_too(small):
    model, long = small

    of_index = model.fit(long.set_index(["unique_id", "ds"])).predict(3)

    assert_allclose(of_index["y"], model.fit(long).predict(3)["y"])


def test_units_of_numbers_do_not_matter(small):
    model, long = small

    inches = model.fit(long).predict(3)["y"]

    assert_allclose(model.fit(long.assign(size=2.54 * long["size"])).predict(3)["y"], inches)


def test_a_value_that_changes_or_is_missing_fails_its_series_alone(small):
    model, long = small
    spoilt = long.copy()
    spoilt.loc[spoilt.query("unique_id == '0-1' and ds == 7").index, "kind"] = "rising"
    spoilt.loc[spoilt.query("unique_id == '0-2' and ds == 3").index, "size"] = np.nan

    with pytest.warns(UserWarning, match="2 series could not be fitted"):
        model.fit(spoilt)

    changed, missing = model.errors_["reason"]
    assert "'kind' of series '0-1' changes from 'still' to 'rising' at 7" in changed
    assert "'size' of series '0-2' is missing at 3" in missing
    assert list(model.forecasters_) == ["0-0", "0-3"]


def test_new_series_need_them_and_a_category_that_is_known(small):
    model, long = small
    model.fit(long)
    new = long[long["unique_id"] == "0-0"].assign(unique_id="new")

    with pytest.warns(UserWarning, match="category 'sideways', which no series had in fit"):
        model.update(new.assign(kind="sideways"))
    with pytest.warns(UserWarning, match="'new' needs its static column 'kind'"):
        model.update(new.drop(columns="kind"))

    assert list(model.update(new).forecasters_)[-1] == "new"
    assert model.errors_.empty


def test_names_that_make_no_sense_are_refused(small):
    model, long = small

    with pytest.raises(ValueError, match=r"'knid', which the panel .*did you mean 'kind'\?"):
        model.set_params(static_cols=["knid"]).fit(long)
    with pytest.raises(TypeError, match=r"must be a list of names, got 'kind'; write \['kind'\]"):
        model.set_params(static_cols="kind").fit(long)
