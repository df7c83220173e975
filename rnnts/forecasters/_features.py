"""Hidden states as features, for another estimator to learn from."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts.forecasters._network_forecaster import NetworkForecaster
from rnnts.forecasters.networks._training import filled_by


class _ArgumentAndMethod:
    """`transform` is an argument of the forecaster, and a method once it is fitted.

    The argument lives in the instance, where `get_params` finds it; asked for by name, the
    attribute is the method.  Before fitting there is none, or scikit-learn would take the
    forecaster for a transformer, whose rows have no order.
    """

    def __get__(self, forecaster: Any, _owner: Any = None) -> Any:
        if forecaster is None:
            return self
        if not forecaster.__sklearn_is_fitted__():
            raise AttributeError("transform returns the hidden states of a fitted forecaster")
        return forecaster._hidden_states

    def __set__(self, forecaster: Any, value: Any) -> None:
        forecaster.__dict__["transform"] = value


class HiddenFeatures(NetworkForecaster):
    """A forecaster whose networks' memory can be read."""

    transform = _ArgumentAndMethod()

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Arguments of the forecaster, as in scikit-learn.

        Parameters
        ----------
        deep : bool
            Whether those of a forecaster among them are given as well, as ``partner__freq``.

        Returns
        -------
        dict
        """
        # Read from where they are kept, because one of them is hidden by a method.
        params = {name: self.__dict__[name] for name in self._get_param_names()}
        if deep:
            for name, value in list(params.items()):
                if isinstance(value, BaseEstimator):
                    params |= {f"{name}__{key}": v for key, v in value.get_params().items()}
        return params

    def _hidden_states(self, X: Any) -> Any:
        """What the networks remember when they predict each of the rows.

        Parameters
        ----------
        X : int, array-like, DataFrame, Series or Index
            Rows, as in `predict`.  Future rows are reached by reading the forecasts before them.

        Returns
        -------
        DataFrame or ndarray of shape (n_rows, n_features)
            A frame where the target had labels.  It knows the rows before each one, and the
            exogenous values of this row.
        """
        history = self._seen_rows()
        positions, exog, index = self._resolve(X)
        n_seen = len(history)
        known_exog, future_exog = history.exog_around(positions, exog, self.exog_gap)
        states = self._states(known_exog, future_exog)[positions]
        labels = history.labels(n_seen, n_seen + len(positions)) if index is None else index
        return self._labelled_states(states, labels)

    @property
    def hidden_states_(self) -> Any:
        """What the networks remembered when they predicted each row seen.

        As `transform` gives it for these rows, which without an index cannot be asked for.
        """
        history = self._seen_rows()
        states = self._states(history.exog, history.exog[:0])
        return self._labelled_states(states, history.labels(0, len(history)))

    def _states(self, known_exog: FloatArray, future_exog: FloatArray) -> FloatArray:
        """Of the rows seen, and of those after them, which are read as they are forecast."""
        history = self._history
        y = filled_by(self._networks, history.y, history.exog)
        if len(future_exog):
            # Without the floor of `_forecast`: it bounds what is said, not what is remembered.
            y = np.vstack([y, self._model.forecast(future_exog)])
        exog = np.vstack([known_exog, future_exog])
        return np.hstack([member.hidden_states(y, exog) for member in self._networks])

    def _labelled_states(self, states: FloatArray, labels: pd.Index) -> Any:
        if not self._history.layout.is_pandas:
            return states
        return pd.DataFrame(states, index=labels, columns=self.get_feature_names_out())

    def get_feature_names_out(self, input_features: Any = None) -> FloatArray:
        """Names of the columns that `transform` returns.

        Parameters
        ----------
        input_features
            Not used.

        Returns
        -------
        ndarray of str of shape (n_features,)
        """
        check_is_fitted(self)
        n_features = sum(member.recurrence.network.state_size for member in self._networks)
        names: FloatArray = np.array([f"hidden{i}" for i in range(n_features)], dtype=object)
        return names

    def set_output(self, *, transform: str | None = None) -> "HiddenFeatures":
        """Accepted for the sake of pipelines; a frame comes out wherever the target had labels.

        Parameters
        ----------
        transform : str, optional
            Not used.

        Returns
        -------
        self
        """
        return self
