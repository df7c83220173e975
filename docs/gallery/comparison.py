"""Which models chance could have parted.

Mean ranks over series and origins, the best on the left; bars join models that differ by less than
the critical difference.
"""

from rnnts import NaiveForecaster, SeasonalNaiveForecaster, ThetaForecaster, compare, datasets

names = ["air_passengers", "co2_monthly", "elec_equip", "elnino_sst"]
models = [ThetaForecaster(), SeasonalNaiveForecaster(), NaiveForecaster()]
result = compare(models, {name: datasets.load(name) for name in names}, horizon=12, n_windows=4)
ax = result.plot_ranks()
