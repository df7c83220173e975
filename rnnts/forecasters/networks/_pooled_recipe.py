"""What "auto" stands for where one set of networks is trained on many series.

Logarithms and a level bring series to one scale; dividing them by their spread as well measured
worse, because the size of their movements tells series apart.  Found on windows cut from the
training parts of M1, M3, NN5 and M4's hourly series.
"""

from rnnts.forecasters.networks._recipes import Reading, Recipe
from rnnts.solvers import Adam

# Steps of training; half as many where series have few rows, which would be learned by heart:
# sMAPE of the networks on M3 yearly is then 19.8 instead of 20.3, on M1 yearly 14.7 (15.0).
_STEPS, _FEW_ROWS = 400, 40

# From this season on gates pay: sMAPE of the networks on M3 monthly 13.17 (tanh 13.35), one window
# earlier 13.99 (14.08); on M3 quarterly 9.15 (8.71).
_GATED_SEASON = 12

# Weight of the theta method.  Beyond months there is a season within the season, the week of hours,
# that it knows nothing of: it would raise the MASE of M4 hourly from 1.21 to 1.55.
_PARTNER, _ONE_SEASON = 0.4, 12


def pooled_recipe(n_rows: int, n_series: int, season_length: int, horizon: int | None) -> Recipe:
    """The recipe for series of so many rows in all.

    One seed: the networks of other preparations differ more than those of other seeds, and three
    seeds of each measured the same.
    """
    n_ahead = horizon if horizon and horizon > 1 else _horizon_of(season_length)
    n_lags = max(2, round(1.25 * max(n_ahead, season_length)))
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
        scale=None,  # type: ignore[arg-type]
        skip=True,
        loss="absolute_error",
        solver=Adam(learning_rate=2e-3, max_iter=n_steps, schedule="cosine"),
        l2=0.0,
        partner=_PARTNER if season_length <= _ONE_SEASON else 0.0,
        cell="gru" if season_length >= _GATED_SEASON else "tanh",
        hidden_size=(32, 32),
        dilation=(1, 3),
        residual=True,
    )


def _horizon_of(season_length: int) -> int:
    return {1: 6, 4: 8, 12: 18}.get(season_length, min(2 * season_length, 56))
