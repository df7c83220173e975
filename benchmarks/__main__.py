"""Print every table."""

import pandas as pd

from benchmarks import _compilation, _gradient

print(f"Loss and gradient, T = {_gradient.N_STEPS}, loss at the last step, one thread")
print(pd.DataFrame(_gradient.rows()).to_string(index=False))
print("\nFirst gradient in a process, beyond Numba's own first use")
print(pd.DataFrame(_compilation.rows()).to_string(index=False))
