"""Statistics of fitted networks: what regression output shows."""

from abc import abstractmethod
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts._whiteness import lags_to_test, ljung_box
from rnnts.forecasters._judgement import Judgement
from rnnts.forecasters.networks._arma_start import name_of
from rnnts.forecasters.networks._likelihood import (
    Likelihood,
    has_likelihood,
    likelihood_of,
    n_free,
)
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._model import Blend, Companion, Model, Replaced
from rnnts.forecasters.networks._summary import Summary, coefficients_of, roots_of
from rnnts.forecasters.networks._training import filled_by
from rnnts.losses import LOSSES
from rnnts.solvers import Solver


class NetworkStatistics(Judgement):
    """What can be said of a fitted network, besides its forecasts."""

    solver_: Solver
    converged_: bool
    _endings: list[tuple[int, bool]]

    @abstractmethod
    def _errors(self, y: FloatArray, said: FloatArray) -> FloatArray:
        """One-step errors of the rows that have all their lags."""

    @property
    def loglik_(self) -> float:
        """Log-likelihood of the rows trained on, given the start; in the units of the series.

        AttributeError, which says why, where the network was not trained by a likelihood.
        """
        return self._likelihood().value

    @property
    def aic_(self) -> float:
        """Akaike's information criterion of the rows trained on; where `loglik_` is."""
        return self._likelihood().aic

    @property
    def bic_(self) -> float:
        """Schwarz's information criterion of the rows trained on; where `loglik_` is."""
        return self._likelihood().bic

    def summary(self) -> Summary:
        """What was fitted, how well, and what is left in the errors.

        Takes one more training, on the first three quarters of the rows, for the comparison with
        the seasonal naive forecast (see `report_`), unless that was asked for before.

        Returns
        -------
        Summary
            Prints as one page; its attributes are the tables.

        Notes
        -----
        A likelihood is given for one recursive network trained by squared error (normal errors
        of one variance), or by Gaussian or Student-t loss.  It is that of the series itself, so
        that it compares preparations as well, and conditional on the start.  In AIC and BIC a
        linear network with n units counts as an ARMA(n, n), and every other one by all its
        weights, which is more than a penalty (`l2`) or early stopping leave free.

        The Ljung-Box test takes two seasons or 10 lags, and subtracts 2n degrees of freedom for
        a linear network with n units.  How many a nonlinear one uses up is not known: its p-value
        is too large.

        References
        ----------
        Ljung and Box (1978), *On a Measure of Lack of Fit in Time Series Models*, Biometrika 65.
        Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 5.5.

        Examples
        --------
        >>> from rnnts import RNNForecaster, datasets
        >>> model = RNNForecaster(cell="linear", hidden_size=1).fit(datasets.load("nile"))
        >>> summary = model.summary()
        >>> summary.coefficients.round(2).to_dict()
        {'const': 145.84, 'ar.L1': 0.84, 'ma.L1': -0.48}
        >>> summary.residuals[["lags", "df", "p_value"]].round(2)
              lags  df  p_value
        nile    10   8     0.38
        """
        self._seen_rows()
        report = self.report_
        notes = [report.verdict] if report else ["too few rows to hold some out and compare"]
        likelihood = pd.Series(dtype=float)
        if why := self._no_likelihood():
            notes.append(f"no likelihood, AIC or BIC: {why}")
        else:
            found = self._likelihood()
            likelihood = pd.Series(
                {
                    "loglik": found.value,
                    "aic": found.aic,
                    "bic": found.bic,
                    "n_free": found.n_free,
                    "n_scored": found.n_scored,
                },
                dtype=float,
            )
            notes.append("the likelihood is conditional on the start, in the units of the series")
        coefficients = roots = None
        if self._is_arma:
            space = self.to_state_space()
            coefficients, roots = coefficients_of(space), roots_of(space)
            is_not = {True: "", False: "not "}
            notes.append(
                f"as an ARMA model it is {is_not[space.is_stationary]}stationary (forecasts "
                f"settle) and {is_not[space.is_invertible]}invertible (the start is forgotten)"
            )
        elif not self.n_coefficients_:
            notes.append("Ljung-Box takes no weights off the degrees of freedom: p is too large")
        name = self._history.layout.name
        return Summary(
            title=type(self).__name__ + ("" if name is None else f" of {name}"),
            model=pd.Series(self._facts(), name="model", dtype=object),
            networks=self._table_of_networks(),
            likelihood=likelihood,
            residuals=self._table_of_errors(),
            skill=None if report is None else report.table,
            coefficients=coefficients,
            roots=roots,
            notes=tuple(notes),
        )

    @property
    def n_coefficients_(self) -> int:
        """Autoregressive and moving-average coefficients of a linear network."""
        first = self._networks.first
        is_recursive = self._is_alone and first.recurrence.horizon == 1
        return 2 * first.recurrence.network.state_size if is_recursive and first.is_linear else 0

    def _no_likelihood(self) -> str:
        """Why there is none, and what to do; nothing where there is one."""
        networks = self._networks
        first = networks.first
        if not self._n_trained_on:
            return "no rows were trained on; ask to_arma().log_likelihood(y)"
        if not self._is_alone:
            return (
                "an average of forecasts has none; fit one network, e.g. horizon=None, "
                "partner=None and loss='squared_error'"
            )
        if first.recurrence.horizon > 1:
            return (
                f"{first.recurrence.horizon} rows predicted at once overlap with the next ones; "
                "set horizon=None"
            )
        if not has_likelihood(first):
            return (
                f"the loss {_loss_name(first)!r} is that of no distribution; set "
                "loss='squared_error', 'gaussian' or 'student_t'"
            )
        if not np.all(self.sigma2_):
            return "predictions without any error have a likelihood without a maximum"
        return ""

    def _likelihood(self) -> Likelihood:
        check_is_fitted(self)
        if why := self._no_likelihood():
            # So that hasattr says whether there is one.
            raise AttributeError(f"this model has no likelihood, AIC or BIC: {why}")
        y, exog = self._rows_trained_on()
        filled = filled_by(self._networks, y, exog)
        return likelihood_of(self._networks.first, y, filled, exog)

    def _facts(self) -> dict[str, str]:
        """The model in words."""
        history, networks = self._history, self._networks
        y, exog = self._rows_trained_on()
        recurrence = networks.first.recurrence
        labels, n_missing = history.labels(0, len(y)), int(np.isnan(y).sum())
        span = f"{len(y)}, {_label(labels[0])} to {_label(labels[-1])}"
        facts = {
            "rows": span,
            "missing": str(n_missing) if n_missing else "none",
            "targets": ", ".join(map(str, self._names_of_targets())),
            "exogenous": str(exog.shape[1] or "none"),
            "season": str(self.season_length_) if self.season_length_ > 1 else "none",
            "cell": name_of(recurrence.network.cell),
            "loss": _loss_name(networks.first),
            "horizon": (
                f"{recurrence.horizon} rows at once" if recurrence.horizon > 1 else "1 (recursive)"
            ),
            "solver": type(self.solver_).__name__ if self._n_trained_on else "none",
            "converged": str(self.converged_) if self._n_trained_on else "not trained here",
            "parameters": str(sum(member.recurrence.network.n_params for member in networks)),
            "forecasts": self.fallback_ or _mixture_of(self._model),
        }
        if len(history) > len(y):
            facts["rows since"] = str(len(history) - len(y))
        return facts

    def _table_of_networks(self) -> pd.DataFrame:
        rows = [
            {
                "units": "-".join(map(str, member.recurrence.network.hidden_sizes)),
                "lags": len(member.recurrence.start.lags),
                "parameters": member.recurrence.network.n_params,
                "free": n_free(member),
                "preparation": member.describe(),
            }
            for member in self._networks
        ]
        table = pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1))
        if self._n_trained_on:
            n_iter, converged = zip(*self._endings, strict=True)
            table.insert(4, "iterations", n_iter)
            table.insert(5, "converged", converged)
        return table

    def _table_of_errors(self) -> pd.DataFrame:
        y, exog = self._rows_trained_on()
        filled = filled_by(self._networks, y, exog)
        with np.errstate(over="ignore", invalid="ignore"):
            errors = self._errors(y, self._model.one_step(filled, exog))
        n_known = int(np.isfinite(errors).sum(axis=0).min())
        n_lags = lags_to_test(n_known, self.season_length_, self.n_coefficients_)
        table = pd.DataFrame({"sigma2": np.atleast_1d(self.sigma2_)})
        if n_lags:
            table = table.join(ljung_box(errors, n_lags, self.n_coefficients_))
        return table.set_axis(self._names_of_targets())


def _mixture_of(model: Model) -> str:
    """What makes the forecasts, with weights: "75% networks, 25% ThetaForecaster"."""
    if isinstance(model, Blend):
        return f"{1 - model.share:.0%} network, {model.share:.0%} {_mixture_of(model.second)}"
    if isinstance(model, Replaced):
        return _mixture_of(model.used)
    return type(model.forecaster).__name__ if isinstance(model, Companion) else "network"


def _loss_name(member: Member) -> str:
    loss = member.recurrence.outputs.loss
    return next((name for name, known in LOSSES.items() if known == loss), repr(loss))


def _label(label: Any) -> str:
    is_day = isinstance(label, pd.Timestamp) and label == label.normalize()
    return str(label.date()) if is_day else str(label)
