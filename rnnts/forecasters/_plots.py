"""Pictures as methods of forecasters, and what the pictures are drawn from."""

from abc import abstractmethod
from typing import Any

from rnnts import plotting
from rnnts._types import FloatArray
from rnnts.forecasters._history import History


class PlotMixin:
    """Pictures of any forecaster."""

    @abstractmethod
    def _seen_rows(self) -> History:
        """The rows seen, or an error that says there are none."""

    @abstractmethod
    def _wrap_seen(self, values: FloatArray) -> Any:
        """Values of the rows seen, in the shape and with the labels of `y`."""

    @property
    def observed_(self) -> Any:
        """The rows seen, in the shape and with the labels of `y`; NaN where one is missing."""
        return self._wrap_seen(self._seen_rows().y)

    @property
    def n_startup_(self) -> int:
        """First rows whose one-step predictions rest on too few rows before them.

        Tests and pictures of the errors leave them out.
        """
        return 1

    @property
    def n_coefficients_(self) -> int:
        """Fitted autoregressive and moving-average coefficients.

        Tests of the errors lose as many degrees of freedom.
        """
        return 0

    def plot(self, horizon: Any = 12, **options: Any) -> Any:
        """Draw the forecast and its intervals after the last rows.

        Parameters
        ----------
        horizon : int, array-like, DataFrame, Series or Index
            As in `predict`.
        **options
            `level`, `n_history`, `actual` and `ax` of :func:`rnnts.plotting.plot_forecast`.

        Returns
        -------
        matplotlib Axes

        Examples
        --------
        >>> from rnnts import ThetaForecaster, datasets
        >>> model = ThetaForecaster().fit(datasets.load("air_passengers"))
        >>> model.plot(24, level=90).get_title()
        'air_passengers'
        """
        return plotting.plot_forecast(self, horizon, **options)

    def plot_residuals(self, **options: Any) -> Any:
        """Draw what is left in the one-step errors.

        Parameters
        ----------
        **options
            `axes` of :func:`rnnts.plotting.plot_residuals`.

        Returns
        -------
        ndarray of four matplotlib Axes

        Examples
        --------
        >>> from rnnts import ThetaForecaster, datasets
        >>> model = ThetaForecaster().fit(datasets.load("air_passengers"))
        >>> [axes.get_xlabel() for axes in model.plot_residuals()]
        ['', 'lag', 'normal quantile', 'one-step error']
        """
        return plotting.plot_residuals(self, **options)


class NetworkPlotMixin:
    """Pictures of a forecaster made of networks."""

    def plot_loss_curve(self, **options: Any) -> Any:
        """Draw the loss of every network after each iteration.

        Parameters
        ----------
        **options
            `ax` of :func:`rnnts.plotting.plot_loss_curve`.

        Returns
        -------
        matplotlib Axes
        """
        return plotting.plot_loss_curve(self, **options)

    def plot_impulse_response(self, n_steps: int = 24, **options: Any) -> Any:
        """Draw what a shock changes in the forecasts.

        Parameters
        ----------
        n_steps : int
            How many, counting step 0, which is the shock itself.
        **options
            `ax` of :func:`rnnts.plotting.plot_impulse_response`.

        Returns
        -------
        matplotlib Axes
        """
        return plotting.plot_impulse_response(self, n_steps, **options)

    def plot_hidden_states(self, **options: Any) -> Any:
        """Draw what every hidden unit holds at each row, under the series.

        Parameters
        ----------
        **options
            `ax` of :func:`rnnts.plotting.plot_hidden_states`.

        Returns
        -------
        matplotlib Axes
        """
        return plotting.plot_hidden_states(self, **options)
