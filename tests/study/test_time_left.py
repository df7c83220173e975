import pytest

from rnnts.study._time_left import TimeLeft, in_words


class Clock:
    """Shows what it is set to."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_before_anything_is_done_the_efforts_decide(clock):
    left = TimeLeft({"H1": 10, "H2": 90}, clock)

    assert left.seconds_left == 100
    assert left.share == 0


@pytest.mark.parametrize("slowness", [0.5, 1, 3])
def test_measured_pace_corrects_the_efforts(slowness, clock):
    left = TimeLeft({"H1": 50, "H2": 50}, clock)
    left.begin("H1")
    clock.now += 50 * slowness
    left.finish()

    assert left.share == 0.5
    assert left.seconds_left == pytest.approx(50 * slowness, rel=0.1)


def test_claim_in_progress_counts_by_its_replications(clock):
    left = TimeLeft({"H1": 20, "H2": 80}, clock)
    left.begin("H1")
    clock.now += 20
    left.begin("H2")
    left.step(0, 200)
    clock.now += 40
    left.step(100, 200)

    assert left.share == pytest.approx(0.6)
    assert left.seconds_left == pytest.approx(40)


def test_restored_replications_are_done_but_tell_nothing_of_the_pace(clock):
    left = TimeLeft({"H1": 100}, clock)
    left.begin("H1")
    left.step(800, 1000)

    assert left.share == pytest.approx(0.8)
    assert left.seconds_left == pytest.approx(20)
    clock.now += 20
    left.step(900, 1000)
    assert left.seconds_left == pytest.approx(20, rel=0.4)


def test_from_the_second_experiment_of_a_claim_the_clock_decides(clock):
    left = TimeLeft({"H1": 100}, clock)
    left.begin("H1")
    for step in ((0, 10), (10, 10), (0, 500)):
        left.step(*step)
    clock.now += 40
    left.step(499, 500)

    assert left.share == pytest.approx(0.4)
    assert left.seconds_left == pytest.approx(60)
    clock.now += 1000
    assert 0.9 < left.share < 1


def test_finished_run_has_nothing_left(clock):
    left = TimeLeft({"H1": 1, "H2": 2}, clock)
    for key in ("H1", "H2"):
        left.begin(key)
        left.step(3, 3)
        clock.now += 5
    left.finish()

    assert left.share == 1
    assert left.seconds_left == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than 10 s"),
        (34, "about 30 s"),
        (57, "about 1 min"),
        (185, "about 3 min"),
        (3590, "about 1 h 0 min"),
    ],
)
def test_durations_are_told_roughly(seconds, words):
    assert in_words(seconds) == words


def test_time_between_claims_is_known_after_one_of_several_experiments(clock):
    left = TimeLeft({"H1": 10, "H2": 10}, clock)
    left.begin("H1")
    left.step(0, 10)
    left.step(10, 10)
    left.step(0, 3)
    clock.now += 10

    left.finish()

    assert left.share == 0.5
    assert left.seconds_left == pytest.approx(10, rel=0.1)
