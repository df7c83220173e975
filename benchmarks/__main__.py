"""Print every table."""

import pandas as pd

from benchmarks import _gradient

print(f"Loss and gradient, tanh Elman cell, T = {_gradient.N_STEPS}, float64, one thread")
print(pd.DataFrame(_gradient.rows()).to_string(index=False))
