"""Files of every format there was load and say what they said."""

import json

import numpy as np
import pytest

from rnnts import load
from rnnts.saving._archive import FORMAT
from tests.persistence.kept import FILES, said

KEPT = sorted(FILES.glob("*/*.npz"))


def test_files_of_the_present_format_are_kept():
    assert (FILES / f"format-{FORMAT}").is_dir()


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_kept_file_says_what_it_said(path):
    expected = json.loads((path.parent / "said.json").read_text())[path.stem]

    found = said(load(path))

    # Other processors round the last digits of tanh and of sums otherwise.
    np.testing.assert_allclose(found, expected, rtol=1e-6)
