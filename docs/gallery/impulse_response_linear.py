"""A linear network is an ARMA model.

Its forecasts answer to a shock by the psi weights of that model, to the last digit.
"""

from rnnts import RNNForecaster, datasets

model = RNNForecaster(cell="linear", hidden_size=2).fit(datasets.load("sunspots"))
ax = model.plot_impulse_response(36)
ax.set_xlabel("years after the shock")
