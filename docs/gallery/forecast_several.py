"""Several series at once.

A frame with a column for each of several series is forecast by one network, which reads all of
them; every series keeps its colour.
"""

import pandas as pd

from rnnts import RNNForecaster, datasets

macro = pd.DataFrame({name: datasets.load(f"us_macro_{name}") for name in ("realgdp", "realcons")})
model = RNNForecaster().fit(macro)
ax = model.plot(8, level=90, n_history=40)
ax.set_title("Gross domestic product and consumption, United States")
ax.set_ylabel("billion dollars of 2005")
