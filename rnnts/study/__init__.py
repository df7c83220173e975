"""The study of what a linear recurrent network and an ARMA model have in common.

>>> list(CLAIMS)[:2]
['H1', 'H2']
"""

from rnnts.study._evidence import Claim, Evidence, Figure, Finding, Part, Verdict
from rnnts.study._run import run_study
from rnnts.study.claims import CLAIMS

__all__ = ["CLAIMS", "Claim", "Evidence", "Figure", "Finding", "Part", "Verdict", "run_study"]
