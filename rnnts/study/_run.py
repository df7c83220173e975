"""The study from the first claim to the report."""

from collections.abc import Iterable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from rnnts._validation import check_choice
from rnnts.study._console import progress_of
from rnnts.study._evidence import Evidence
from rnnts.study._report import check_output, write_report
from rnnts.study._results import Results
from rnnts.study._settings import Settings
from rnnts.study.claims import CLAIMS


def run_study(
    *,
    quick: bool = True,
    seed: int = 0,
    n_jobs: int = -1,
    n_replications: int | None = None,
    output: str | Path | None = None,
    claims: Iterable[str] | None = None,
    progress: bool = True,
) -> list[Evidence]:
    """Evidence on what a linear recurrent network and an ARMA model have in common.

    Parameters
    ----------
    quick : bool
        About a minute on two cores; otherwise the replications of the full protocol.
    seed : int
        The same seed gives the same numbers, whatever `n_jobs`.
    n_jobs : int
        Worker processes; -1 for one a core.
    n_replications : int, optional
        Simulated series of every process and length, instead of the protocol's.
    output : path, optional
        Folder for report.html, report.md and evidence.json; nothing is written by default.  A run
        that was interrupted goes on where it was if it is started again with the same folder.
    claims : iterable of str, optional
        Keys of `CLAIMS`, such as "H6"; all by default.
    progress : bool
        Show a progress bar, on a terminal.

    Returns
    -------
    list of Evidence
        One for each claim, in the order of `CLAIMS`.

    Raises
    ------
    ValueError
        If a claim is unknown or a number out of range.
    OSError
        If `output` cannot be written to; noticed before anything is computed.
    ModuleNotFoundError
        If an optional package is missing: matplotlib or jinja2 for a report, arch for H11.

    Examples
    --------
    >>> [evidence] = run_study(claims=["H1"])
    >>> evidence.verdict.value
    'refuted'
    """
    settings = Settings.quick if quick else Settings.full
    chosen = _chosen(claims)
    folder = None if output is None else check_output(Path(output))
    check_needs(chosen)
    base = settings(seed=seed, n_jobs=n_jobs, with_figures=folder is not None)
    if n_replications is not None:
        base = base.with_replications(n_replications)
    base = replace(base, results=Results(folder, base.run))
    with progress_of(chosen, is_shown=progress) as step_of:
        found = [CLAIMS[key](replace(base, on_step=step_of(key))) for key in chosen]
    if folder is not None:
        write_report(found, folder)
        base.results.clear()
    return found


def check_needs(keys: Iterable[str]) -> None:
    """Raise before hours of computing if a package is missing that a claim needs."""
    for key in keys:
        missing = [name for name in CLAIMS[key].needs if find_spec(name) is None]
        if missing:
            raise ModuleNotFoundError(
                f"{key} needs {' and '.join(missing)}, which cannot be imported; "
                "pip install 'rnnts[study]', or choose other claims"
            )


def _chosen(claims: Iterable[str] | None) -> list[str]:
    """Keys in the order of the table, each once."""
    if claims is None:
        return list(CLAIMS)
    wanted = [claims] if isinstance(claims, str) else list(claims)
    if not wanted:
        raise ValueError(f"claims must name at least one of {', '.join(CLAIMS)}, got none")
    for key in wanted:
        check_choice("claim", key, CLAIMS)
    return [key for key in CLAIMS if key in wanted]
