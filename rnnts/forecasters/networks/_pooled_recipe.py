"""What "auto" stands for where one set of networks is trained on many series.

Logarithms and a level bring series to one scale; dividing them by their spread as well measured
worse, because the size of their movements tells series apart.  Found on windows cut from the
training parts of M1, M3, NN5 and M4's hourly series.
"""

from rnnts.forecasters.networks._recipes import Reading, Recipe
from rnnts.solvers import Adam

# Steps of training; half as many where series have few rows, which would be learned by heart:
# sMAPE of the networks on M3 yearly is then 19.8 instead of 20.3, on M1 yearly 14.7 (15.0).
_STEPS, _FEW_ROWS = 400, 30

# Gates pay on months: sMAPE of the networks on M3 monthly is 13.17 (tanh 13.35), one window earlier
# 13.99 (14.08); but on M3 quarterly 9.15 (8.71).
_MONTHS = 12

# Around a day of hours there is a week.  Networks that read all of it have a MASE of 1.13 on M4
# hourly, with 60 lags 1.21.
_HOURS, _HOURS_IN_A_WEEK = 24, 168

# Weight of the theta method.  It knows one season, and nothing of weeks: where the season is longer
# than months it has no part; on M4 hourly it would raise a MASE of 1.21 to 1.55.
_PARTNER = 0.4


def pooled_recipe(n_rows: int, n_series: int, season_length: int, horizon: int | None) -> Recipe:
    """The recipe for series of so many rows in all.

    One seed: the networks of other preparations differ more than those of other seeds, and three
    seeds of each measured the same.
    """
    n_ahead = horizon if horizon and horizon > 1 else _horizon_of(season_length)
    n_lags = max(2, round(1.25 * max(n_ahead, season_length)))
    if season_length == _HOURS:
        n_lags = max(n_lags, _HOURS_IN_A_WEEK)
    seasons = ("auto", None) if season_length > 1 else (None,)
    readings = tuple(
        Reading(season, level, n_lags) for season in seasons for level in ("ses", "last")
    )
    n_steps = _STEPS if n_rows >= _FEW_ROWS * n_series else _STEPS // 2
    return Recipe(
        horizon=n_ahead,
        transform="shifted_log",
        readings=readings,
        diff=0,
        scale=None,
        skip=True,
        loss="absolute_error",
        solver=Adam(learning_rate=2e-3, max_iter=n_steps, schedule="cosine"),
        l2=0.0,
        partner=_PARTNER if season_length <= _MONTHS else 0.0,
        cell="gru" if season_length == _MONTHS else "tanh",
        hidden_size=(32, 32),
        dilation=(1, 3),
        residual=True,
    )


def _horizon_of(season_length: int) -> int:
    return {1: 6, 4: 8, 12: 18}.get(season_length, min(2 * season_length, 56))
