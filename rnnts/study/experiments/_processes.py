"""The seven processes of the Monte Carlo experiments, by name."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from rnnts.linear import ARMA


def arma(ar: Sequence[float] = (), ma: Sequence[float] = ()) -> ARMA:
    """ARMA process with mean 0 and error variance 1."""
    return ARMA(ar=np.array(ar, dtype=float), ma=np.array(ma, dtype=float))


PROCESSES: Mapping[str, ARMA] = MappingProxyType(
    {
        "MA(1)": arma(ma=[0.6]),
        "MA(2)": arma(ma=[0.8, 0.4]),
        "MA(4)": arma(ma=[0.6, 0.5, 0.4, 0.3]),
        "AR(1)": arma(ar=[0.7]),
        "AR(2)": arma(ar=[1.2, -0.6]),
        "ARMA(1,1)": arma(ar=[0.8], ma=[-0.4]),
        "ARMA(2,2)": arma(ar=[1.2, -0.6], ma=[0.5, 0.3]),
    }
)
