"""A linear network and the models of :mod:`rnnts.linear`, both ways."""

from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts.forecasters._history import History
from rnnts.forecasters._network_forecaster import NetworkForecaster
from rnnts.forecasters._target import Layout
from rnnts.forecasters.networks._bridge import from_state_space, to_state_space, training_data
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._lesson import interpolated
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._recurrence import Recurrence
from rnnts.forecasters.networks._training import read_all
from rnnts.linear import ARMA, Start, StateSpace
from rnnts.transforms import Identity

# Where values are missing, the start and what fills the gaps depend on each other.
_ROUNDS = 3


class LinearConversion(NetworkForecaster):
    """What a forecaster can do because a linear network is an ARMA model."""

    cell: str
    sigma2_: float | FloatArray

    @classmethod
    def from_arma(cls, model: Any, y: Any = None, X: Any = None) -> Self:
        """The linear network that predicts exactly what an ARMA model predicts.

        Parameters
        ----------
        model : ARMA, StateSpace or results of statsmodels
            Results may come from ARIMA or SARIMAX (seasonal and integrated parts and exogenous
            regressors included), VARMAX, ETSModel or additive Holt-Winters.
        y : array-like, Series or DataFrame, optional
            Rows to start from; taken from results that hold their data.
        X : array-like or DataFrame, optional
            Exogenous rows aligned with `y`.

        Returns
        -------
        RNNForecaster
            Fitted.  Its start is the expectation given all rows, from which fixed weights arrive
            where the Kalman filter does.  Without rows it waits for `update`.

        Raises
        ------
        ValueError
            If the model is not linear with one source of error.

        Examples
        --------
        >>> from rnnts import RNNForecaster
        >>> from rnnts.linear import ARMA
        >>> arma = ARMA(ar=[0.5], ma=[0.3], const=1.0)
        >>> RNNForecaster.from_arma(arma, y=[1.0, 2.0, 4.0]).to_arma().ar
        array([0.5])
        """
        if isinstance(model, ARMA):
            space = model.to_state_space()
        elif isinstance(model, StateSpace):
            space = model
        else:
            space = StateSpace.from_statsmodels(model)
            if y is None and X is not None:
                raise ValueError("from_arma got X without y; pass both, or neither")
            if y is None:
                y, X = training_data(model, space.n_exog)
        n_units = max(space.hidden_size + space.n_exog, 1)
        forecaster = cls(cell="linear", hidden_size=n_units, scale=None)
        forecaster._wait(space)
        if y is None:
            return forecaster
        return forecaster.update(y) if X is None else forecaster.update(X, y)

    def to_state_space(self) -> StateSpace:
        """The exact state space of a linear network, in the units of the series.

        Returns
        -------
        StateSpace

        Raises
        ------
        ValueError
            If the cell is not linear.
        """
        check_is_fitted(self)
        if self.cell != "linear":
            raise ValueError(
                f"only a linear network is an ARMA model, this one has cell={self.cell!r}; fit "
                "RNNForecaster(cell='linear')"
            )
        # A perfect fit has no error variance, which no covariance may say.
        variances = np.maximum(np.atleast_1d(self.sigma2_), np.finfo(float).tiny)
        networks = self._networks
        member = networks.first
        if len(networks) > 1 or not member.is_arma:
            raise ValueError(
                "an ARMA model of the series needs one recursive layer that reads it as it is, got "
                f"{len(networks)} network(s) of {member.recurrence.network.hidden_sizes} units on: "
                f"{member.describe()}; fit RNNForecaster(cell='linear'), or prepare the series "
                "beforehand"
            )
        return to_state_space(member.recurrence, np.diag(variances))

    def to_arma(self) -> ARMA:
        """The ARMA model whose one-step predictions a linear network with one target makes.

        Its autoregressive polynomial is det(I - (A + BC)L), its moving-average polynomial
        det(I - AL): ARMA(n, n) for n units, common roots not cancelled.

        Returns
        -------
        ARMA

        Raises
        ------
        ValueError
            If the cell is not linear, or there are several targets or exogenous columns.

        Examples
        --------
        >>> from rnnts import RNNForecaster, datasets
        >>> model = RNNForecaster(cell="linear", hidden_size=1).fit(datasets.load("nile"))
        >>> model.to_arma().order
        (1, 1)
        """
        return self.to_state_space().to_arma()

    def _adopt(self, networks: Ensemble, covariance: FloatArray) -> None:
        """Forecast by these networks, the covariance of whose one-step errors is known."""
        raise NotImplementedError

    def _wait(self, space: StateSpace) -> None:
        """Become fitted, without rows."""
        k, m = space.n_outputs, space.n_exog
        recurrence = from_state_space(space, np.zeros(space.hidden_size))
        self._space = space
        self.n_features_in_ = m
        self._history = History(
            np.empty((0, k)), np.empty((0, m)), None, Layout(is_pandas=False, is_1d=k == 1)
        )
        self._adopt(_alone(recurrence), space.sigma)

    def _begin(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        space = self._space
        if (y.shape[1], exog.shape[1]) != (space.n_outputs, space.n_exog):
            raise ValueError(
                f"this model needs {space.n_outputs} series and {space.n_exog} exogenous "
                f"column(s), got {y.shape[1]} and {exog.shape[1]}"
            )
        if space.start is None and not space.is_stationary:
            # Nobody knows where a unit root started: anywhere in a range a thousand times the data.
            diffuse = 1e6 * np.nanmean(np.square(y)) * np.eye(space.hidden_size)
            space = replace(space, start=Start(np.zeros(space.hidden_size), diffuse))
        filled = interpolated(y)
        for _ in range(_ROUNDS if np.isnan(y).any() else 1):
            start = space.smoothed_start(filled, exog if space.n_exog else None)
            recurrence = from_state_space(space, start)
            filled, networks = read_all(_alone(recurrence), y, exog)
        self._adopt(networks, space.sigma)


def _alone(recurrence: Recurrence) -> Ensemble:
    """One network, on a series as it is, before the first row."""
    n_targets = recurrence.start.lags.shape[1]
    as_it_is = Identity().fit(np.zeros((1, n_targets)))
    effects = np.zeros((len(recurrence.exog_scaling.center), n_targets))
    member = Member(as_it_is, effects, as_it_is, recurrence, recurrence.start, np.zeros(n_targets))
    return Ensemble(((member,),))
