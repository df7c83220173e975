"""What a shock to a series changes in its forecasts."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts._validation import check_between, check_count, check_memory
from rnnts.forecasters._conversion import LinearConversion
from rnnts.forecasters._intervals import check_representable
from rnnts.forecasters.networks._impulse import responses


class ImpulseResponses(LinearConversion):
    """How the forecasts of networks answer to a shock; those of a linear one by its psi weights."""

    def impulse_response(self, n_steps: int = 24, *, shock: float | None = None) -> Any:
        r"""What a shock to the next row changes in the forecasts from there on.

        .. math:: r_j = E[y_{T+1+j} \mid y_{T+1} = \hat y_{T+1} + \delta, y_T, \dots]
            - E[y_{T+1+j} \mid y_{T+1} = \hat y_{T+1}, y_T, \dots]

        with the forecasts in the place of the expectations.

        Parameters
        ----------
        n_steps : int
            How many, counting step 0, which is the shock itself.
        shock : float, optional
            :math:`\delta`, in the units of the series.  By default 1 for a linear network on the
            series as it is, whose responses then are the psi weights of its ARMA model; otherwise
            one standard deviation of the one-step errors of the series that is shocked.

        Returns
        -------
        Series or DataFrame
            Indexed by `step`, in the units of the series.  Of several targets a frame, whose
            columns have two levels: the series that is shocked, the others staying at their
            forecasts, and the one that responds.

        Raises
        ------
        MemoryError
            If so many steps could not be held.

        Notes
        -----
        A linear network responds to every shock in proportion, whenever it comes: exactly
        ``to_arma().psi_weights(n_steps)`` times the shock.  A nonlinear one responds differently
        after different rows and to shocks of different size and sign; this is its response at the
        present end of the series, the generalised impulse response given this history and this
        shock.  Forecasts run with future errors at zero instead of being averaged over them.
        Future exogenous rows are taken to equal the last known one.

        References
        ----------
        Koop, Pesaran and Potter (1996), *Impulse Response Analysis in Nonlinear Multivariate
        Models*, Journal of Econometrics 74.

        Examples
        --------
        >>> from rnnts import RNNForecaster, datasets
        >>> model = RNNForecaster(cell="linear", hidden_size=2).fit(datasets.load("sunspots"))
        >>> model.impulse_response(4).round(2).tolist()
        [1.0, 1.29, 1.2, 0.76]
        >>> model.to_arma().psi_weights(4).round(2).tolist()
        [1.0, 1.29, 1.2, 0.76]
        """
        check_is_fitted(self)
        n_steps = check_count("n_steps", n_steps)
        if shock is not None:
            shock = check_between("shock", shock, -np.inf, np.inf)
        n_targets = self._history.y.shape[1]
        n_values = n_steps * n_targets**2
        check_memory(n_values * np.dtype(float).itemsize, "ask for fewer steps")
        if self._is_arma:
            psi = self.to_state_space().psi_weights(n_steps).reshape(-1, n_targets, n_targets)
            values = psi if shock is None else shock * psi
        else:
            history = self._seen_rows()
            sizes = np.sqrt(np.atleast_1d(self.sigma2_)) if shock is None else np.array(shock)
            exog = np.repeat(history.exog[-1:], n_steps, axis=0)
            values = responses(self._model, exog, np.broadcast_to(sizes, (n_targets,)))
        check_representable(values)
        return self._labelled_by_step(values)

    def _labelled_by_step(self, values: FloatArray) -> pd.Series | pd.DataFrame:
        layout = self._history.layout
        steps = pd.RangeIndex(len(values), name="step")
        if layout.is_1d:
            return pd.Series(values[:, 0, 0], index=steps, name=layout.name)
        names = self._names_of_targets()
        pairs = pd.MultiIndex.from_product([names, names], names=["shocked", "responds"])
        by_shock = np.swapaxes(values, 1, 2).reshape(len(values), -1)
        return pd.DataFrame(by_shock, index=steps, columns=pairs)
