"""A nonlinear one is not.

After this row the network answers to a shock upwards otherwise than to one downwards, and to
neither as its linearisation would.
"""

from rnnts import RNNForecaster, datasets

model = RNNForecaster(cell="tanh", hidden_size=4, horizon=None).fit(datasets.load("sunspots"))
ax = model.plot_impulse_response(36)
ax.set_xlabel("years after the shock")
