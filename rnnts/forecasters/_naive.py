"""Forecasts that repeat what was last seen: the yardstick of every other model."""

import numpy as np
import pandas as pd
from sklearn.utils import Tags

from rnnts._types import FloatArray
from rnnts.forecasters._base import BaseForecaster
from rnnts.intervals import GaussianInnovations, gaussian_quantiles


class SeasonalNaiveForecaster(BaseForecaster):
    r"""Repeat the last season: :math:`\hat y_{T+h} = y_{T+h-m\lceil h/m \rceil}`.

    Where that value is missing, the last one observed at the same place of a season is repeated.

    Parameters
    ----------
    season_length : int or "auto"
        Rows in a season, m; "auto" takes it from the index (12 for months).
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        Accepted for the sake of one contract; exogenous columns are not used.

    Notes
    -----
    A row with nothing observed before it at its place of the season (known rows of the first season
    are such) is predicted by the mean of the training rows.

    Intervals are normal, with the variance :math:`\hat\sigma^2 \lceil h/m \rceil` of a seasonal
    random walk, where :math:`\hat\sigma^2` is the mean square of the training rows' seasonal
    differences; each season that passed since the value repeated adds one more of them.

    References
    ----------
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, sections 5.2, 5.5.

    Examples
    --------
    >>> from rnnts import SeasonalNaiveForecaster
    >>> SeasonalNaiveForecaster(season_length=2).fit([1.0, 2.0, 3.0, 4.0]).predict(3)
    array([3., 4., 3.])
    """

    _bridges_missing = True

    def __init__(
        self,
        *,
        season_length: int | str = "auto",
        freq: str | None = None,
        exog_gap: str = "error",
    ) -> None:
        self.season_length = season_length
        self.freq = freq
        self.exog_gap = exog_gap

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        # Exogenous columns are not used, so no relation to them is found.
        tags.regressor_tags.poor_score = True
        return tags

    def _lag(self, season_length: int) -> int:
        return season_length

    @property
    def n_startup_(self) -> int:
        """Rows of the first season, which are predicted by the mean."""
        return self.lag_

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        lag = self._lag(season_length)
        if len(y) < lag:
            raise ValueError(
                f"y has {len(y)} observations, but season_length={lag} needs at least {lag}; give "
                "more data or a shorter season"
            )
        self.lag_ = lag
        self.mean_ = np.nanmean(y, axis=0)
        errors = y[lag:] - y[:-lag]
        is_seen = np.isfinite(errors).all(axis=1).any()
        self._errors = GaussianInnovations.like(errors) if is_seen else None

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        without_past = np.broadcast_to(self.mean_, (self.lag_, y.shape[1]))
        return np.vstack([without_past, self._last_known(y)])[: len(y)]

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return self._repeated(len(future_exog))

    def _repeatable(self) -> FloatArray:
        """The rows seen, of which the last are repeated."""
        return self._history.y

    def _repeated(self, n_steps: int) -> FloatArray:
        last_season = self._last_known(self._repeatable())[-self.lag_ :]
        return last_season[np.arange(n_steps) % self.lag_]

    def _last_known(self, y: FloatArray) -> FloatArray:
        """Each row, in the place of a missing value the last known at that place of a season."""
        if not np.isnan(y).any():
            return y
        place = np.arange(len(y)) % self.lag_
        known: FloatArray = pd.DataFrame(y).groupby(place).ffill().to_numpy()
        return np.where(np.isnan(known), self.mean_, known)

    def _seasons_missed(self, y: FloatArray) -> FloatArray:
        """Seasons from the value known last to the last one, of shape (lag, n_targets)."""
        if not np.isnan(y).any():
            return np.zeros((self.lag_, y.shape[1]))
        row = np.arange(len(y))[:, None]
        place = row[:, 0] % self.lag_
        known = pd.DataFrame(np.where(np.isnan(y), np.nan, row)).groupby(place).ffill().to_numpy()
        # Where nothing was, the mean stands one season before the first.
        known = np.where(np.isnan(known), place[:, None] - self.lag_, known)
        missed: FloatArray = ((row - known) / self.lag_)[-self.lag_ :]
        return missed

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        step = np.arange(len(future_exog))
        missed = self._seasons_missed(self._repeatable())[step % self.lag_]
        n_errors = step[:, None] // self.lag_ + 1 + missed
        variance = n_errors * np.diag(self._known_errors().covariance)
        return gaussian_quantiles(self._repeated(len(step)), variance, probabilities)

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        n_steps, lag = len(future_exog), self.lag_
        n_seasons = -(-n_steps // lag)
        missed = self._seasons_missed(self._repeatable())
        # Drawn first, so that a longer horizon continues the same paths.
        since = (
            np.sqrt(missed) * self._known_errors().draw(lag, n_paths, rng) if missed.any() else 0
        )
        errors = self._known_errors().draw(n_seasons * lag, n_paths, rng)
        by_season = errors.reshape(n_paths, n_seasons, lag, errors.shape[2])
        by_season[:, 0] += since
        walks: FloatArray = by_season.cumsum(axis=1).reshape(errors.shape)[:, :n_steps]
        return walks + self._repeated(n_steps)

    def _known_errors(self) -> GaussianInnovations:
        """The distribution of the errors, or an error that says there were none."""
        if self._errors is None:
            raise ValueError(
                f"intervals need errors to learn from, but no two rows of training lie {self.lag_} "
                f"apart; fit at least {self.lag_ + 1} rows"
            )
        return self._errors


class NaiveForecaster(SeasonalNaiveForecaster):
    r"""Repeat the last value: :math:`\hat y_{T+h} = y_T`, the last observed where it is missing.

    Parameters
    ----------
    season_length : int or "auto"
        Used by `score` only.
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        Accepted for the sake of one contract; exogenous columns are not used.

    References
    ----------
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, section 5.2.

    Examples
    --------
    >>> from rnnts import NaiveForecaster
    >>> NaiveForecaster().fit([1.0, 2.0, 3.0]).predict(2)
    array([3., 3.])
    """

    def _lag(self, season_length: int) -> int:
        return 1
