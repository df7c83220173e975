"""What the network remembers.

Each row of the map is a hidden unit, each column a year: some follow the cycle of the sunspots,
each with a phase of its own.
"""

from rnnts import RNNForecaster, datasets

y = datasets.load("sunspots")["1850":]
model = RNNForecaster(cell="tanh", hidden_size=8, horizon=None).fit(y)
ax = model.plot_hidden_states()
