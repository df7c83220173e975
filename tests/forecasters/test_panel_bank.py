"""Local networks of a panel that are trained side by side.

They are held against fits of the same estimator to each series by itself, by other kernels.
"""

import errno

import numpy as np
import pandas as pd
import pytest

from rnnts import PanelForecaster, RNNForecaster, SeasonalNaiveForecaster, load, save
from rnnts.exceptions import ForecastWarning
from rnnts.forecasters.panels import _side_by_side
from rnnts.saving import _checkpoint
from rnnts.solvers import Adam

N_SERIES, N_ROWS = 40, 40

# Of one shape however many rows there are, so that kernels are compiled once.
SMALL = {"hidden_size": 2, "input_size": 3, "horizon": 3, "deseasonalize": None, "partner": None}


def small(**changes):
    return RNNForecaster(**(SMALL | changes))


def make_panel(n_series=N_SERIES, n_rows=N_ROWS, start="2020-01", seed=0):
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal((n_series, n_rows))
    y = 50 + np.cumsum(0.3 * steps, axis=1) + np.sin(np.arange(n_rows) / 3)
    return pd.DataFrame(
        {
            "unique_id": np.repeat(np.arange(n_series), n_rows),
            "ds": np.tile(pd.date_range(start, periods=n_rows, freq="MS"), n_series),
            "y": y.ravel(),
        }
    )


PANEL = make_panel()


@pytest.fixture(scope="module")
def fitted():
    return PanelForecaster(small()).fit(PANEL)


def series_of(panel, label):
    return panel[panel["unique_id"] == label].set_index("ds")["y"].asfreq("MS")


def usual_step(panel):
    return panel.groupby("unique_id")["y"].diff().abs().mean()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"cell": "gru", "partner": "theta"},
        {"horizon": 1, "solver": Adam(max_iter=60, schedule="cosine"), "diff": 1, "l2": 0.01},
        {"loss": "pinball", "n_init": 2, "level": "ses", "transform": "log"},
        {"deseasonalize": "classical", "level": ("ses", "last"), "skip": False, "cell": "linear"},
    ],
    ids=["default", "gru", "recursive", "median of seeds", "linear"],
)
def test_forecasts_are_those_of_fits_one_by_one(settings):
    estimator = small(**settings)
    panel = PANEL[PANEL["unique_id"] < 33]

    forecasts = PanelForecaster(estimator).fit(panel).predict(5)

    for label in (0, 7, 32):
        alone = small(**settings).fit(series_of(panel, label)).predict(5)
        ours = forecasts[forecasts["unique_id"] == label]
        assert ours["ds"].tolist() == alone.index.tolist()
        distance = np.abs(ours["y"].to_numpy() - alone.to_numpy()).max()
        assert distance < 0.02 * usual_step(panel)


def test_an_arma_model_may_go_below_zero_in_the_bank_too():
    # Towards zero, and past it.
    falling = PANEL.assign(y=np.tile(np.arange(N_ROWS, 0.0, -1.0), N_SERIES) + PANEL["y"] / 100)
    estimator = small(
        cell="linear",
        horizon=1,
        input_size=1,
        solver=Adam(max_iter=300, schedule="cosine"),
        transform=None,
        level=None,
    )

    forecasts = PanelForecaster(estimator).fit(falling).predict(8)

    alone = estimator.fit(series_of(falling, 0)).predict(8)
    np.testing.assert_allclose(forecasts["y"][:8], alone, rtol=1e-3, atol=1e-3)
    assert alone.min() < 0


def test_networks_are_in_the_bank(fitted):
    assert len(fitted.forecasters_.bank.places) == N_SERIES
    assert not fitted.forecasters_.alone
    assert list(fitted.forecasters_) == list(range(N_SERIES))


@pytest.mark.parametrize(
    "change",
    [
        lambda panel: panel[panel["unique_id"] < 31],
        lambda panel: panel.assign(x=1.0),
        lambda panel: panel.assign(y=panel["y"].mask(panel["ds"] == "2021-05")),
    ],
    ids=["few", "exogenous", "gaps"],
)
def test_what_does_not_suit_the_bank_is_fitted_one_by_one(change):
    panel = change(PANEL)
    model = PanelForecaster(small(max_iter=3)).fit(panel)
    assert not model.forecasters_.bank.places
    assert len(model.forecasters_) == panel["unique_id"].nunique()


def test_nothing_depends_on_order_processes_or_parts(fitted, monkeypatch):
    expected = fitted.predict_interval(4)

    shuffled = PANEL.sample(frac=1, random_state=0).sort_values("ds", kind="stable")
    among_two = PanelForecaster(small(), n_jobs=2).fit(shuffled).predict_interval(4)
    in_parts = PanelForecaster(small()).fit(
        part for _, part in PANEL.groupby(PANEL["unique_id"] // 1000)
    )
    monkeypatch.setattr(_side_by_side, "_MOST", N_SERIES - 1)
    in_blocks = PanelForecaster(small()).fit(PANEL)

    again = among_two.sort_values(["unique_id", "ds"], ignore_index=True)
    pd.testing.assert_frame_equal(again, expected, check_exact=True)
    for model in (in_parts, in_blocks):
        pd.testing.assert_frame_equal(model.predict_interval(4), expected, check_exact=True)


def test_a_series_does_not_depend_on_its_neighbours(fitted):
    other = make_panel(n_series=64, seed=1)
    mixed = pd.concat([other.assign(unique_id=other["unique_id"] + 1000), PANEL])
    model = PanelForecaster(small()).fit(mixed)

    said = model.predict_interval(4)

    ours = said[said["unique_id"] < 1000].reset_index(drop=True)
    pd.testing.assert_frame_equal(ours, fitted.predict_interval(4), check_exact=True)


def test_a_part_with_a_series_seen_before_is_refused():
    with pytest.raises(ValueError, match=r"series 0 comes again in a further part"):
        PanelForecaster(SeasonalNaiveForecaster()).fit(iter([PANEL, PANEL]))
    with pytest.raises(ValueError, match="gave no part of a panel"):
        PanelForecaster(SeasonalNaiveForecaster()).fit(iter([]))


def test_a_series_that_cannot_be_fitted_leaves_the_others_as_they_are():
    panel = PANEL.assign(y=PANEL["y"].mask(PANEL["unique_id"] == 3, -1.0))
    expected = PanelForecaster(small(transform="log")).fit(PANEL).predict(3)

    with pytest.warns(UserWarning, match=r"1 series could not be fitted.*logs and powers need"):
        model = PanelForecaster(small(transform="log")).fit(panel)

    assert model.errors_["unique_id"].tolist() == [3]
    others = expected[expected["unique_id"] != 3].reset_index(drop=True)
    pd.testing.assert_frame_equal(model.predict(3), others, check_exact=True)


def test_a_forecaster_of_one_series_has_the_weights_of_the_bank(fitted):
    one = fitted.forecasters_[5]

    forecast = fitted.predict(3).query("unique_id == 5")["y"].to_numpy()

    np.testing.assert_allclose(one.predict(3).to_numpy(), forecast, rtol=1e-6)
    assert one.n_iter_ == one.solver_.max_iter
    assert one.loss_curve_[-1] < one.loss_curve_[0]


def test_rows_to_come_are_predicted_as_by_each_forecaster(fitted):
    months = pd.date_range("2023-05", periods=6, freq="MS")
    asked = pd.DataFrame({"unique_id": np.repeat([7, 3], 3), "ds": [*months[3:], *months[:3]]})

    said = fitted.predict(asked)

    expected = np.r_[fitted.forecasters_[7].predict(6)[3:], fitted.forecasters_[3].predict(3)]
    np.testing.assert_allclose(said, expected, rtol=1e-6)
    known = pd.DataFrame({"unique_id": 7, "ds": PANEL["ds"][2:5]})
    one_step = fitted.forecasters_[7].fittedvalues_[2:5]
    np.testing.assert_array_equal(fitted.predict(known), one_step)


INTERVALS = {
    "default": {},
    "partner": {"n_init": 2, "transform": "log", "partner": "theta"},
    "quantiles": {"loss": "pinball", "n_init": 2, "level": "ses", "transform": "log"},
    "simulation": {"horizon": 1, "solver": Adam(max_iter=60, schedule="cosine"), "diff": 1},
}


@pytest.mark.parametrize("case", INTERVALS)
def test_intervals_are_those_of_each_forecaster(case):
    settings = INTERVALS[case]
    model = PanelForecaster(small(**settings)).fit(PANEL[PANEL["unique_id"] < 33])
    months = pd.date_range("2023-05", periods=8, freq="MS")
    rows = pd.DataFrame({"unique_id": np.repeat([32, 7], 8), "ds": [*months, *months]})

    intervals = model.predict_interval(rows, (80, 95))
    quantiles = model.predict_quantiles(rows, (0.9, 0.1))

    by_id = {label: own.iloc[:, 2:] for label, own in intervals.groupby("unique_id")}
    pd.testing.assert_frame_equal(
        quantiles.rename(columns={"0.1": "lo-80", "0.9": "hi-80"}),
        intervals[["unique_id", "ds", "hi-80", "lo-80"]],
        check_exact=True,
    )
    for label, own in by_id.items():
        one = model.forecasters_[label].predict_interval(8, (80, 95))
        np.testing.assert_allclose(own, one, rtol=1e-6)
        # By other kernels, in double precision.
        alone = small(**settings).fit(series_of(PANEL, label)).predict_interval(8, (80, 95))
        width = (alone["hi-95"] - alone["lo-95"]).to_numpy()[:, None]
        assert np.abs((own.to_numpy() - alone) / width).max(axis=None) < 0.05


def test_intervals_of_all_series_begin_with_their_forecasts(fitted):
    intervals = fitted.predict_interval(3)
    pd.testing.assert_series_equal(
        intervals["mean"], fitted.predict(3)["y"], check_exact=True, check_names=False
    )
    assert (intervals["lo-95"] < intervals["lo-80"]).all()
    assert (intervals["hi-80"] < intervals["hi-95"]).all()


def test_local_partners_of_networks_in_common_are_trained_side_by_side(monkeypatch):
    panel, estimator = PANEL[PANEL["unique_id"] < 33], small(max_iter=30)
    turned = panel.sort_values("unique_id", ascending=False, kind="stable")

    said = PanelForecaster(estimator, "both").fit(panel).predict_interval(4)
    of_turned = PanelForecaster(estimator, "both").fit(turned).predict_interval(4)
    monkeypatch.setattr(_side_by_side, "_FEWEST", 34)
    one_by_one = PanelForecaster(estimator, "both").fit(panel).predict_interval(4)

    again = of_turned.sort_values(["unique_id", "ds"], ignore_index=True)
    pd.testing.assert_frame_equal(again, said, check_exact=True)
    columns = ["mean", "lo-95", "hi-95"]
    distance = (said[columns] - one_by_one[columns]).abs().max()
    assert (distance > 0).all()
    assert (distance < 0.02 * usual_step(panel)).all()


def test_arguments_that_make_no_sense_are_told_of():
    for wrong in ({"interval_method": "tarot"}, {"exog_gap": "guess"}, {"cell": "tanhh"}):
        with pytest.raises(ValueError, match=next(iter(wrong.values()))):
            PanelForecaster(small(**wrong)).fit(PANEL)


class TestUpdate:
    later = make_panel(n_rows=N_ROWS + 3).groupby("unique_id").tail(3)

    def expected(self, label, n_rows=3):
        one = PanelForecaster(small()).fit(PANEL).forecasters_[label]
        rows = series_of(self.later, label)[:n_rows]
        return one.update(rows).predict(2).to_numpy()

    @staticmethod
    def said(model, label):
        return model.predict(2).query("unique_id == @label")["y"].to_numpy()

    def test_of_all_series(self):
        model = PanelForecaster(small()).fit(PANEL)
        model.predict(1)
        overlapping = pd.concat([PANEL.groupby("unique_id").tail(2), self.later])
        model.update(overlapping.sort_values(["unique_id", "ds"]))
        assert len(model.forecasters_.bank.places) == N_SERIES
        np.testing.assert_allclose(self.said(model, 9), self.expected(9), rtol=1e-5)

    def test_of_some_series_by_different_numbers_of_rows(self):
        model = PanelForecaster(small()).fit(PANEL)
        untouched = self.said(model, 20)
        short = self.later.groupby("unique_id").head(1)
        model.update(pd.concat([short.query("unique_id < 5"), self.later.query("unique_id == 30")]))
        np.testing.assert_allclose(self.said(model, 2), self.expected(2, 1), rtol=1e-5)
        np.testing.assert_allclose(self.said(model, 30), self.expected(30), rtol=1e-5)
        np.testing.assert_array_equal(self.said(model, 20), untouched)

    def test_with_a_missing_value_or_a_hole(self):
        model = PanelForecaster(small()).fit(PANEL)
        rows = self.later.query("unique_id == 1 or unique_id == 2").copy()
        rows.loc[(rows["unique_id"] == 1) & (rows["ds"] == rows["ds"].min()), "y"] = np.nan
        rows = rows[(rows["unique_id"] == 1) | (rows["ds"] > rows["ds"].min())]
        with pytest.warns(UserWarning, match=r"1 series could not be updated.*must continue at"):
            model.update(rows)
        assert model.errors_["unique_id"].tolist() == [2]
        assert list(model.forecasters_.alone) == [1]
        one = PanelForecaster(small()).fit(PANEL).forecasters_[1]
        expected = one.update(rows.query("unique_id == 1").set_index("ds")["y"]).predict(2)
        np.testing.assert_array_equal(self.said(model, 1), expected.to_numpy())

    def test_takes_up_new_series(self):
        model = PanelForecaster(small()).fit(PANEL)
        new = make_panel(n_series=33, seed=5)
        model.update(new.assign(unique_id=new["unique_id"] + 500))
        assert len(model.forecasters_) == N_SERIES + 33
        assert model.predict(1)["unique_id"].tolist()[-1] == 532


class TestSave:
    def test_gives_back_what_was_saved(self, fitted, tmp_path):
        save(fitted, tmp_path / "model.npz")
        again = load(tmp_path / "model.npz")
        pd.testing.assert_frame_equal(again.predict(4), fitted.predict(4), check_exact=True)
        assert repr(again) == repr(fitted)
        updated = again.update(TestUpdate.later)
        expected = PanelForecaster(small()).fit(PANEL).update(TestUpdate.later)
        pd.testing.assert_frame_equal(updated.predict(2), expected.predict(2), rtol=1e-6)

    @pytest.mark.parametrize("index", ["periods", "numbers", "zone", "dict"])
    def test_knows_every_form(self, tmp_path, index):
        times = {
            "periods": pd.period_range("2020-01", periods=N_ROWS, freq="M"),
            "numbers": pd.RangeIndex(5, 5 + 2 * N_ROWS, 2),
            "zone": pd.date_range("2020", periods=N_ROWS, freq="D", tz="Europe/Zurich"),
            "dict": pd.date_range("2020-01-31", periods=N_ROWS, freq="ME"),
        }[index]
        values = PANEL["y"].to_numpy().reshape(N_SERIES, N_ROWS)
        panel = {("s", k): pd.Series(row, index=times) for k, row in enumerate(values)}
        if index != "dict":
            panel = pd.concat({f"s{k}": one for (_, k), one in panel.items()}, names=["id", "time"])
        model = PanelForecaster(small(season_length=12)).fit(panel)
        save(model, tmp_path / "model.npz")
        again, expected = load(tmp_path / "model.npz").predict(2), model.predict(2)
        if index == "dict":
            again, expected = pd.concat(again), pd.concat(expected)
        pd.testing.assert_series_equal(again, expected, check_exact=True)

    def test_refuses_what_a_file_cannot_hold(self, fitted, tmp_path):
        path = tmp_path / "model.npz"
        given = small(random_state=np.random.RandomState(0), max_iter=2)
        with pytest.raises(
            TypeError, match=r"estimator.random_state is RandomState.* cannot be written"
        ):
            save(PanelForecaster(given).fit(PANEL), path)
        with pytest.raises(FileNotFoundError):
            save(fitted, tmp_path / "nowhere" / "model.npz")
        assert not list(tmp_path.iterdir())

    def test_refuses_files_that_are_none_of_its_own(self, fitted, tmp_path):
        path = tmp_path / "model.npz"
        with pytest.raises(FileNotFoundError):
            load(path)
        path.write_bytes(b"no archive")
        with pytest.raises(ValueError, match=r"is no file of rnnts, or it is damaged"):
            load(path)
        save(fitted, path)
        whole = path.read_bytes()
        for damaged in (whole[: len(whole) // 2], whole[:3000] + b"\0\1\2\3" + whole[3004:]):
            path.write_bytes(damaged)
            with pytest.raises(ValueError, match=r"is no file of rnnts, or it is damaged"):
                load(path)


class TestDoubts:
    def test_are_those_of_a_forecaster_with_the_labels_of_series(self):
        panel = make_panel()
        panel.loc[panel["unique_id"] == 0, "y"] = 7.0
        panel.loc[panel["unique_id"] == 1, "y"] = 1.6 ** np.arange(N_ROWS)
        model = PanelForecaster(small()).fit(panel)
        assert {0, 1} <= set(model.forecasters_.bank.places)

        with pytest.warns(ForecastWarning, match="^0: the intervals have no width") as of_width:
            intervals = model.predict_interval(2)
        with pytest.warns(ForecastWarning, match="^1: from row .* of 200 on") as of_growth:
            forecasts = model.predict(200)

        assert [len(of_width), len(of_growth)] == [1, 1]
        assert of_growth[0].filename == __file__
        assert (intervals["hi-95"] > intervals["lo-95"]).sum() == 2 * (N_SERIES - 1)
        largest = forecasts["y"].abs().groupby(forecasts["unique_id"]).max()
        largest /= panel["y"].abs().groupby(panel["unique_id"]).max()
        assert largest.index[largest > 1e6].tolist() == [1]

    def test_of_a_training_that_diverges_lead_to_one_by_itself(self):
        diverging = Adam(learning_rate=1e4, max_iter=60)

        with pytest.warns(match=r"first of 40 series.*lower learning_rate") as told:
            model = PanelForecaster(small(solver=diverging)).fit(PANEL)

        assert len(told) == 1
        assert not model.forecasters_.bank.places
        assert model.predict(3)["y"].between(30, 70).all()


class TestCheckpoint:
    def test_is_where_the_next_fit_goes_on(self, fitted, tmp_path, monkeypatch):
        folder = tmp_path / "blocks"
        model = PanelForecaster(small(), checkpoint=folder).fit(PANEL)
        files = sorted(folder.iterdir())
        assert files

        def never(*_):
            raise AssertionError("trained again")

        monkeypatch.setattr("rnnts.forecasters.panels._side_by_side._fitted", never)
        again = PanelForecaster(small(), checkpoint=folder).fit(PANEL)
        for each in (model, again):
            pd.testing.assert_frame_equal(each.predict(4), fitted.predict(4), check_exact=True)
        with pytest.raises(AssertionError, match="trained again"):
            PanelForecaster(small(l2=0.1), checkpoint=folder).fit(PANEL)
        np.testing.assert_allclose(
            again.update(TestUpdate.later).predict(1)["y"].to_numpy()[3:4],
            PanelForecaster(small(), checkpoint=folder).fit(PANEL).forecasters_[3]
            .update(series_of(TestUpdate.later, 3)).predict(1).to_numpy(),
            rtol=1e-5,
        )  # fmt: skip

    def test_that_is_damaged_is_made_again(self, fitted, tmp_path):
        PanelForecaster(small(), checkpoint=tmp_path).fit(PANEL)
        (path,) = tmp_path.iterdir()
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.warns(UserWarning, match="damaged.*it is made once more"):
            model = PanelForecaster(small(), checkpoint=tmp_path).fit(PANEL)
        pd.testing.assert_frame_equal(model.predict(4), fitted.predict(4), check_exact=True)

    def test_on_a_full_disk_is_told_of_and_training_goes_on(self, fitted, tmp_path, monkeypatch):
        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(_checkpoint, "write_archive", full)
        with pytest.warns(UserWarning, match="could not be written .*No space left on device"):
            model = PanelForecaster(small(), checkpoint=tmp_path).fit(PANEL)
        pd.testing.assert_frame_equal(model.predict(4), fitted.predict(4), check_exact=True)

    def test_on_a_disk_that_only_a_worker_sees_leaves_blocks_in_memory(
        self, fitted, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(_side_by_side, "keep", lambda *_: True)
        model = PanelForecaster(small(), checkpoint=tmp_path).fit(PANEL)
        pd.testing.assert_frame_equal(model.predict(4), fitted.predict(4), check_exact=True)

    def test_needs_a_folder(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(OSError, match=r"checkpoints cannot be kept in .*choose another"):
            PanelForecaster(small(), checkpoint=tmp_path / "file").fit(PANEL)


def test_more_rows_than_could_be_held_are_refused_at_once(fitted):
    for ask in (fitted.predict, fitted.predict_interval):
        with pytest.raises(MemoryError, match="ask for fewer rows at a time"):
            ask(10**15)
