import importlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from types import MappingProxyType

import pytest

from rnnts.study import _lock, _run
from rnnts.study._lock import Lock
from rnnts.study._replications import replicate
from rnnts.study._results import Results
from rnnts.study._settings import Settings

SIZES = MappingProxyType({50: 10})
N_TASKS = 12
OPEN = []


@pytest.fixture(autouse=True)
def close_results():
    yield
    while OPEN:
        OPEN.pop().close()


def opened(folder=None, run=""):
    OPEN.append(Results(folder, run))
    return OPEN[-1]


def settings(folder=None, run="", **options):
    return Settings(
        protocol="quick",
        n_replications=SIZES,
        n_compared=SIZES,
        n_nonlinear=1,
        n_tests=1,
        n_networks=1,
        n_long=1,
        n_jobs=1,
        results=opened(folder, run),
        **options,
    )


def third(task):
    """A result with all that must survive the way to the disk and back."""
    task.write_text("computed")
    return {"x": 1 / 3 + len(task.name), "worst": float("inf"), "none": float("nan"), "n": [1]}


def square(number):
    return number**2


def cube(number):
    return number**3


def stop_at_five(number):
    if number == 5:
        raise KeyboardInterrupt
    return number / 7


def seventh(number):
    return number / 7


seventh.__qualname__ = "stop_at_five"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "report"


def files(folder):
    return sorted(folder.rglob("*.jsonl"))


def replicated(folder, function, n_tasks, run=""):
    """Results of one run that ends before its report is written."""
    chosen = settings(folder, run)
    try:
        return replicate("powers", function, list(range(n_tasks)), chosen)
    finally:
        chosen.results.close()


def test_interrupted_replications_go_on_where_they_were(folder):
    with pytest.raises(KeyboardInterrupt):
        replicated(folder, stop_at_five, N_TASKS)
    steps = []
    chosen = settings(folder, on_step=lambda done, total: steps.append(done))

    found = replicate("powers", seventh, list(range(N_TASKS)), chosen)

    assert steps == list(range(5, N_TASKS + 1))
    assert found == [number / 7 for number in range(N_TASKS)]
    assert chosen.results.seconds_restored > 0


def test_results_from_the_disk_are_those_in_memory(folder, tmp_path):
    tasks = [tmp_path / f"task{number}" for number in range(3)]
    chosen = settings(folder)
    first = replicate("thirds", third, tasks, chosen)
    chosen.results.close()
    for task in tasks:
        task.unlink()

    again = replicate("thirds", third, tasks, settings(folder))

    assert repr(again) == repr(first)
    assert not any(task.exists() for task in tasks)


def test_memory_holds_what_a_disk_would_give_back():
    (found,) = replicate("keys", lambda task: {task: (1, 2)}, [5], settings())

    assert found == {"5": [1, 2]}


@pytest.mark.parametrize(
    "rest",
    [b"[0.5, 12", b"[0.5, 125]", b"nonsense\n[9.0, 1]\n", b"\0\0\0\n", b"\xff\n", b"7\n", b"[]\n"],
)
def test_what_was_not_written_to_its_end_is_computed_again(rest, folder):
    replicated(folder, square, 4)
    (path,) = files(folder)
    whole = path.read_bytes()
    path.write_bytes(whole + rest)

    assert replicated(folder, square, 6) == [0, 1, 4, 9, 16, 25]
    assert path.read_bytes().startswith(whole)
    assert replicated(folder, square, 6) == [0, 1, 4, 9, 16, 25]


def test_other_seeds_sizes_functions_and_code_share_nothing(folder, monkeypatch):
    replicated(folder, square, 3, run="seed=0")

    assert replicated(folder, cube, 3, run="seed=0") == [0, 1, 8]
    assert replicated(folder, square, 3, run="seed=1") == [0, 1, 4]
    assert len(files(folder)) == 3
    monkeypatch.setattr("rnnts.study._results._digest_of_code", lambda: "changed")
    replicated(folder, square, 3, run="seed=0")
    assert len(files(folder)) == 4


def test_run_depends_on_seed_and_sizes_but_not_on_workers():
    quick = Settings.quick()

    assert quick.run == Settings.quick(n_jobs=2, with_figures=True).run
    others = (Settings.quick(seed=1), Settings.full(), quick.with_replications(11))
    assert len({quick.run, *(other.run for other in others)}) == 4


def test_shorter_list_of_tasks_gets_as_many_results(folder):
    chosen = settings(folder)
    replicate("powers", square, [1, 2, 3], chosen)

    assert replicate("powers", square, [1, 2], chosen) == [1, 4]


def test_finished_run_forgets_itself_and_other_code_only(folder, monkeypatch):
    replicated(folder, square, 2, run="quick")
    replicated(folder, square, 2, run="full")
    with monkeypatch.context() as patched:
        patched.setattr("rnnts.study._results._digest_of_code", lambda: "older")
        replicated(folder, square, 2, run="full")
    quick = opened(folder, "quick")

    quick.clear()
    quick.close()

    assert len(files(folder)) == 1
    full = opened(folder, "full")
    full.clear()
    full.close()
    assert list(folder.iterdir()) == []


def test_second_run_in_a_folder_is_refused_until_the_first_ends(folder):
    first = opened(folder, "a")

    with pytest.raises(BlockingIOError, match="another run of the study is writing to .*report;"):
        Results(folder, "b")
    first.close()
    opened(folder, "b")


def test_lock_of_a_killed_process_is_free(tmp_path):
    # The file alone: the package takes seconds to import.
    code = (
        f"import pathlib, runpy, time; Lock = runpy.run_path({_lock.__file__!r})['Lock']\n"
        f"lock = Lock(pathlib.Path({str(tmp_path / 'lock')!r})); print('held', flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        with pytest.raises(BlockingIOError):
            Lock(tmp_path / "lock")

        process.kill()
        process.wait()

    Lock(tmp_path / "lock").release()
    assert not (tmp_path / "lock").exists()


def test_folder_that_cannot_keep_results_is_noticed_before_computing(folder):
    folder.mkdir()
    (folder / ".unfinished").write_text("")

    with pytest.raises(OSError, match="results cannot be kept in .*choose another output"):
        Results(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_full_disk_is_one_sentence_and_keeps_what_was_found(folder):
    import resource

    chosen = settings(folder)
    add = chosen.results.adder("powers")
    add(1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    (path,) = files(folder)

    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, limits[1]))
    try:
        with pytest.raises(OSError, match=r"could not be kept .*the same command goes on"):
            add("a" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    chosen.results.close()
    assert opened(folder).known("powers") == [1]


MADE_UP = textwrap.dedent(
    """
    import signal
    import time
    from multiprocessing import parent_process
    from types import MappingProxyType
    from rnnts.study import Claim, Finding, Part, Verdict
    from rnnts.study._replications import replicate

    # Far more than are done before the signal comes, however busy the machine.
    N_TASKS = 150

    def slowly(seed):
        time.sleep(0.05)
        if parent_process() and signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ()):
            raise RuntimeError("Ctrl-C reaches a worker")
        return {"x": 1 / (seed.generate_state(1)[0] + 1), "bad": float("nan")}

    def examine(settings):
        found = replicate("slow", slowly, settings.seeds("slow", N_TASKS), settings)
        return Finding(
            verdict=Verdict.HOLDS, statistic="sum", value=sum(each["x"] for each in found),
            threshold=1.0, rule="-", summary="-", n_replications=N_TASKS, table=tuple(found),
        )

    CLAIMS = MappingProxyType({"H1": Claim(
        key="H1", title="Made up", statement="-", algebra=(), part=Part.ALGEBRA,
        answers=dict.fromkeys(Verdict, "Yes."), effort={"quick": 1.0, "full": 1.0},
        examine=examine,
    )})
    """
)
COMMAND = """
import sys
import made_up
from rnnts import cli
from rnnts.study import _run
_run.CLAIMS = made_up.CLAIMS
sys.exit(cli.main(["study", *sys.argv[1:]]))
"""


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start the command on a made-up claim of slow replications, in a group of its own."""
    (tmp_path / "made_up.py").write_text(MADE_UP)
    monkeypatch.syspath_prepend(tmp_path)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def started(*arguments):
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    return started


def n_kept(folder):
    return sum(path.read_text().count("\n") for path in files(folder))


def stop_amid(process, folder, number):
    """Send a signal to the group once there are some more results than before."""
    before, end = n_kept(folder), time.monotonic() + 300
    while n_kept(folder) < before + 3:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < end, "no replication in five minutes"
        time.sleep(0.01)
    os.killpg(process.pid, number)
    return process.communicate(timeout=300)


def numbers(folder):
    """Evidence without the seconds that it took."""
    lines = (folder / "evidence.json").read_text().splitlines()
    return [line for line in lines if '"seconds"' not in line]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_stopped_study_goes_on_with_the_same_evidence(start, folder, tmp_path, monkeypatch):
    interrupted = start("--jobs", "2", "--output", str(folder))
    out, err = stop_amid(interrupted, folder, signal.SIGINT)
    killed = start("--jobs", "1", "--output", str(folder))
    stop_amid(killed, folder, signal.SIGKILL)
    n_stopped = n_kept(folder)
    made_up = importlib.import_module("made_up")
    monkeypatch.setattr(_run, "CLAIMS", made_up.CLAIMS)
    done = []
    monkeypatch.setattr(made_up.time, "sleep", done.append)

    _run.run_study(output=folder, n_jobs=1, progress=False)
    n_computed = len(done)
    _run.run_study(output=tmp_path / "whole", n_jobs=1, progress=False)

    assert (interrupted.returncode, out) == (130, "")
    assert err == "rnnts: interrupted; the same command goes on where it was\n"
    assert n_stopped < made_up.N_TASKS
    assert n_computed == made_up.N_TASKS - n_stopped
    assert numbers(folder) == numbers(tmp_path / "whole")
    assert not (folder / ".unfinished").exists()
