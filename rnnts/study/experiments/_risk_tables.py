"""Exact risks of the Monte Carlo cells as rows of the report's tables."""

from collections.abc import Iterator, Sequence

from rnnts.study._evidence import Row
from rnnts.study.experiments._monte_carlo import Cell
from rnnts.study.experiments._ratio_columns import interval_columns
from rnnts.study.inference import RatioTest, averages_of, ratio_tost

MARGIN = 0.01
_FEWEST = 3


def ratio_test(cell: Cell, model: str, reference: str) -> RatioTest:
    """Whether two models have the same risk to within 1 %, on the series that have both."""
    return ratio_tost(*cell.pairs(model, reference), margin=MARGIN, n_lags=0)


def comparison_rows(cell: Cell, model: str, references: Sequence[str]) -> Iterator[Row]:
    """Ratios of the risk of a model to that of others, where there are series to compare."""
    for reference in references:
        if reference not in cell.risks or cell.pairs(model, reference).shape[1] < _FEWEST:
            continue
        test = ratio_test(cell, model, reference)
        yield {
            "process": cell.process,
            "T": cell.n_steps,
            "compared with": reference,
            **interval_columns(test),
            "outcome": test.label,
        }


def excess_rows(cell: Cell, models: Sequence[str]) -> Iterator[Row]:
    """Excess risk of models over the best predictor, the true process known: sigma2 is 1."""
    for model in models:
        known = cell.known(model)
        if not len(known):
            continue
        row = {"process": cell.process, "T": cell.n_steps, "model": model, "n": len(known)}
        for name, average in averages_of(known - 1).items():
            low, high = average.interval
            row |= {
                f"{name} of the excess risk, %": 100 * average.value,
                f"{name} from": 100 * low,
                f"{name} to": 100 * high,
            }
        yield row
