"""Networks that read a series row by row, with no preparation, penalty or partner."""

from rnnts._types import FloatArray
from rnnts.forecasters import RNNForecaster
from rnnts.study.experiments._fits import quiet


def train_plainly(
    y: FloatArray,
    cell: str,
    hidden_size: int,
    *,
    init: str = "random",
    early_stopping: bool = False,
) -> RNNForecaster:
    """Network of any cell, trained on nothing but its squared one-step errors."""
    network = RNNForecaster(
        cell=cell,
        hidden_size=hidden_size,
        init=init,
        strategy="recursive",
        input_size=1,
        skip=False,
        transform=None,
        deseasonalize=None,
        diff=0,
        level=None,
        scale="standard",
        loss="squared_error",
        # For the linear cell its default is taken, which is Levenberg-Marquardt here.
        solver="auto" if cell == "linear" else "lbfgs",
        l2=0.0,
        partner=None,
        early_stopping=early_stopping,
    )
    with quiet():
        return network.fit(y)
