"""Build the API pages in docs/_build from the docstrings, and the gallery of plots."""

from pathlib import Path

import pdoc
import pdoc.render

import rnnts
from docs._gallery import write_gallery

# Names of the package are looked up on first use; the pages shall show them all.
for name in rnnts.__all__:
    getattr(rnnts, name)

output = Path(__file__).parent / "_build"
pdoc.render.configure(docformat="numpy", math=True)
pdoc.pdoc("rnnts", "rnnts.gallery", "rnnts.plotting", output_directory=output)
print(f"wrote {output / 'index.html'} and {write_gallery(output)}")
