"""What "auto" stands for where one set of networks is trained on many series.

Logarithms and a level bring series to one scale; dividing them by their spread as well measured
worse, because the size of their movements tells series apart.  Found on windows cut from the
training parts of M1 and M3.
"""

from rnnts.forecasters.networks._recipes import Reading, Recipe
from rnnts.solvers import Adam

# Rows of all series, beyond which more steps of training pay.
_MANY_ROWS = 100_000
_STEPS, _MORE_STEPS = 400, 1000


def pooled_recipe(n_rows: int, season_length: int, horizon: int | None) -> Recipe:
    """The recipe for series of so many rows in all."""
    n_ahead = horizon if horizon and horizon > 1 else _horizon_of(season_length)
    n_lags = max(2, round(1.25 * max(n_ahead, season_length)))
    seasons = ("auto", None) if season_length > 1 else (None,)
    readings = tuple(
        Reading(season, level, n_lags) for season in seasons for level in ("ses", "last")
    )
    n_steps = _STEPS if n_rows < _MANY_ROWS else _MORE_STEPS
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
        partner=1 / 2,
        hidden_size=(32, 32),
        dilation=(1, 3),
        residual=True,
        n_init=3,
    )


def _horizon_of(season_length: int) -> int:
    return {1: 6, 4: 8, 12: 18}.get(season_length, min(2 * season_length, 56))
