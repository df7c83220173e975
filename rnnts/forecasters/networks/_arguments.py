"""What the words among a network's arguments stand for; objects pass as they are."""

from rnnts._validation import check_sizes
from rnnts.losses import LOSSES, Loss, Pinball

# Those of numbers; the others are of classes.
FORECAST_LOSSES: dict[str, Loss] = {
    name: loss for name, loss in LOSSES.items() if name not in ("logistic", "cross_entropy")
} | {"pinball": Pinball((0.025, 0.1, 0.5, 0.9, 0.975))}

# Sizes that hidden_size="bic" compares.
_BIC_SIZES = range(1, 7)


def sizes_of(
    hidden_size: int | tuple[int, ...] | str, cell: str, n_scored: int
) -> list[int | tuple[int, ...]]:
    """Hidden sizes to be trained and compared: one, unless "bic" is to choose."""
    if not isinstance(hidden_size, str):
        return [check_sizes("hidden_size", hidden_size)]
    if hidden_size != "bic":
        raise ValueError(f"unknown hidden_size {hidden_size!r}; give a number of units, or 'bic'")
    if cell != "linear":
        raise ValueError(
            f"hidden_size='bic' needs cell='linear', got cell={cell!r}; give a number and compare "
            "sizes by GridSearchCV with TimeSeriesSplit"
        )
    # A size with as many free weights as rows fits anything, which no criterion tells.
    return [size for size in _BIC_SIZES if size == 1 or 2 * size + 1 < n_scored]
