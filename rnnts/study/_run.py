"""The study from the first claim to the report."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rnnts._validation import check_choice
from rnnts.study._evidence import Evidence
from rnnts.study._needs import check_packages
from rnnts.study._progress import watched
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
        Less than two minutes on two cores; otherwise the full protocol, a quarter of an hour.
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
        Show on standard error how far it is and how long it will take: a bar on a terminal, else
        a line for each claim.

    Returns
    -------
    list of Evidence
        One for each claim, in the order of `CLAIMS`.

    Raises
    ------
    ValueError
        If a claim is unknown or a number out of range.
    OSError
        If `output` cannot be written to, or another run does so; noticed before anything is
        computed.
    ModuleNotFoundError
        If an optional package is missing: matplotlib or jinja2 for a report, or what a claim needs.

    Examples
    --------
    >>> [evidence] = run_study(claims=["H1"])
    >>> evidence.verdict.value
    'refuted'
    """
    settings = Settings.quick if quick else Settings.full
    chosen = [CLAIMS[key] for key in _chosen(claims)]
    base = settings(seed=seed, n_jobs=n_jobs, with_figures=output is not None)
    if n_replications is not None:
        base = base.with_replications(n_replications)
    for claim in chosen:
        check_packages(claim.key, claim.needs, way_out=", or choose other claims")
    folder = None if output is None else check_output(Path(output))
    base = replace(base, results=Results(folder, base.run))
    try:
        with watched(chosen, base.protocol, is_shown=progress) as watch:
            found = []
            for claim in chosen:
                step = watch.begin(claim)
                found.append(claim(replace(base, on_step=step)))
                watch.end(found[-1])
        if folder is not None:
            write_report(found, folder)
            base.results.clear()
    finally:
        base.results.close()
    return found


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
