"""RNNForecaster as a forecaster of sktime, for its pipelines, tuners and benchmarks.

This module needs sktime; nothing else in the package imports it.
"""

import inspect
from typing import Any, ClassVar, Self

import pandas as pd

from rnnts.forecasters import RNNForecaster

try:
    from sktime.forecasting.base import BaseForecaster, ForecastingHorizon
except ImportError as error:
    raise ImportError(
        "rnnts.sktime needs sktime, which is not installed; pip install sktime"
    ) from error

__all__ = ["RNNForecasterSktime"]


class RNNForecasterSktime(BaseForecaster):
    """Recurrent networks on sktime's contract; everything that `RNNForecaster` can, it can here.

    One series or several (a frame of columns, modelled together), with or without exogenous
    columns and missing values; hierarchical and panel data by sktime's own broadcasting.

    Parameters
    ----------
    **params
        Those of :class:`rnnts.RNNForecaster`, by name, with the same defaults.

    Attributes
    ----------
    forecaster_ : RNNForecaster
        What was fitted, for all that sktime has no word for: `to_arma`, `report_`, `sample_paths`,
        `to_onnx`.

    Notes
    -----
    What sktime's words mean here: a horizon up to the cutoff gets one-step predictions of the rows
    seen; ``update(y, update_params=True)`` is `partial_fit`, which trains on from the weights at
    hand, and ``update_params=False`` is `update`, which rolls the origin forward.  Rows of X that
    are skipped before the horizon are handled as `exog_gap` says.  Intervals and quantiles are for
    rows to come; those of several series are marginal.

    References
    ----------
    Löning, Bagnall, Ganesh, Kazakov, Lines and Király (2019), *sktime: A unified interface for
    machine learning with time series*.

    Examples
    --------
    >>> from rnnts import datasets
    >>> from rnnts.sktime import RNNForecasterSktime
    >>> y = datasets.load("air_passengers").to_period("M")
    >>> model = RNNForecasterSktime(cell="linear", season_length=12).fit(y, fh=[1, 2, 3])
    >>> model.predict().index[-1]
    Period('1961-03', 'M')
    >>> model.predict_interval(coverage=[0.8, 0.95]).shape
    (3, 4)
    """

    _tags: ClassVar[dict[str, Any]] = {
        "authors": "rnnts developers",
        "maintainers": "rnnts developers",
        "y_inner_mtype": ["pd.Series", "pd.DataFrame"],
        "X_inner_mtype": "pd.DataFrame",
        "capability:multivariate": True,
        "capability:exogenous": True,
        "capability:categorical_in_X": False,
        "capability:missing_values": True,
        # Unless exog_gap="hold".
        "capability:non_contiguous_X": False,
        "capability:insample": True,
        "capability:pred_int": True,
        "capability:pred_int:insample": False,
        "capability:update": True,
        "capability:random_state": True,
        "property:randomness": "derandomized",
        "requires-fh-in-fit": False,
    }

    def __init__(self, **params: Any) -> None:
        given = _SIGNATURE.bind(self, **params)
        given.apply_defaults()
        for name, value in given.arguments.items():
            if name != "self":
                setattr(self, name, value)
        super().__init__()

    def _fit(self, y: Any, X: Any, fh: Any) -> Self:
        forecaster = RNNForecaster(**self.get_params(deep=False))
        self.forecaster_ = forecaster.fit(*_rows(y, X))
        return self

    def _update(self, y: Any, X: Any = None, update_params: bool = True) -> Self:
        learn = self.forecaster_.partial_fit if update_params else self.forecaster_.update
        learn(*_rows(y, X))
        return self

    def _predict(self, fh: ForecastingHorizon, X: Any) -> Any:
        asked, rows = self._asked(fh, X)
        return self.forecaster_.predict(rows).loc[asked]

    def _predict_quantiles(self, fh: ForecastingHorizon, X: Any, alpha: list[float]) -> Any:
        asked, rows = self._asked(fh, X)
        quantiles = self.forecaster_.predict_quantiles(rows, alpha).loc[asked]
        names = self._get_varnames()
        quantiles.columns = pd.MultiIndex.from_product([names, alpha])
        return quantiles

    def _asked(self, fh: ForecastingHorizon, X: Any) -> tuple[pd.Index, Any]:
        """Labels of the horizon, and the rows to predict: those, with what X says of skipped ones.

        sktime may hand over rows of X from long before.
        """
        asked = fh.to_absolute_index(self.cutoff)
        if X is None:
            return asked, asked
        is_needed = (X.index >= asked.min()) | (X.index > self.cutoff[0])
        return asked, X.loc[is_needed & (X.index <= asked.max())]

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:  # noqa: ARG003
        """Settings that sktime's own checks run with: quick ones of each kind.

        Parameters
        ----------
        parameter_set : str
            The same are given for every set.

        Returns
        -------
        list of dict
        """
        return [
            {"cell": "linear", "hidden_size": 1},
            {"cell": "gru", "hidden_size": 2, "horizon": 3, "max_iter": 5, "partner": None},
        ]


# sktime reads the parameters off the signature; so they are written down once, in RNNForecaster.
_SIGNATURE = inspect.signature(RNNForecaster.__init__)
RNNForecasterSktime.__init__.__signature__ = _SIGNATURE  # type: ignore[attr-defined]


def _rows(y: Any, X: Any) -> tuple[Any, ...]:
    return (y,) if X is None else (X, y)
