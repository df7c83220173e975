"""A forecaster as an estimator of scikit-learn and an object of Python."""

import inspect
import pickle
import re

import joblib
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from rnnts.forecasters import FORECASTERS


def test_clone_carries_the_parameters_and_nothing_else(forecaster, y):
    fitted = forecaster.set_params(season_length=4).fit(y)

    copy = clone(fitted)

    assert copy.get_params() == fitted.get_params()
    with pytest.raises(NotFittedError):
        copy.predict(1)


def test_repr_shows_what_differs_from_the_defaults(forecaster):
    shown = repr(forecaster.set_params(season_length=4))

    assert shown.startswith(type(forecaster).__name__)
    assert "season_length=4" in shown
    assert "freq" not in shown


def test_every_argument_is_documented_in_its_place(forecaster):
    # As getdoc has it, because __doc__ is indented before Python 3.13 only.
    text = inspect.getdoc(type(forecaster))
    documented = re.findall(r"^([a-z][a-zA-Z_0-9]*) : ", text, re.MULTILINE)
    arguments = list(inspect.signature(type(forecaster)).parameters)

    assert documented[: len(arguments)] == arguments


@pytest.mark.parametrize("action", ["predict", "update", "score", "future_index"])
def test_an_unfitted_forecaster_says_so(forecaster, action):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(forecaster, action)(3)


def test_an_unfitted_forecaster_has_no_fitted_values(forecaster):
    assert not hasattr(forecaster, "fittedvalues_")
    assert not hasattr(forecaster, "resid_")


def test_a_failed_fit_leaves_the_forecaster_as_it_was(forecaster, y, X):
    never_fitted = clone(forecaster)
    fitted = forecaster.fit(y)
    expected = fitted.predict(2)

    for model in (never_fitted, fitted):
        with pytest.raises(ValueError, match="contains NaN"):
            model.fit(X.where(X < 150)[:144].mask(X < -0.9), y)

    pd.testing.assert_series_equal(fitted.predict(2), expected)
    with pytest.raises(NotFittedError):
        never_fitted.predict(2)


def test_pickle_keeps_forecasts_and_the_power_to_update(forecaster, y):
    fitted = forecaster.fit(y[:143])

    copy = pickle.loads(pickle.dumps(fitted))

    pd.testing.assert_series_equal(copy.predict(3), fitted.predict(3))
    pd.testing.assert_series_equal(
        copy.update(y[143:]).predict(3), fitted.update(y[143:]).predict(3)
    )


def test_joblib_maps_a_model_from_disk(forecaster, y, X, tmp_path):
    fitted = forecaster.fit(X[:143], y[:143])
    joblib.dump(fitted, tmp_path / "model.joblib")

    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")

    pd.testing.assert_series_equal(mapped.predict(X[143:]), fitted.predict(X[143:]))
    updated = mapped.update(X[143:144], y[143:]).predict(X[144:])
    pd.testing.assert_series_equal(
        updated, fitted.update(X[143:144], y[143:]).predict(X[144:]), rtol=1e-12
    )


def test_the_table_names_every_public_forecaster():
    import rnnts

    public = {name for name in rnnts.__all__ if name.endswith("Forecaster")}

    assert {kind.__name__ for kind in FORECASTERS.values()} <= public
