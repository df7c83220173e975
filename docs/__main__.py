"""Build the API pages in docs/_build from the docstrings."""

from pathlib import Path

import pdoc
import pdoc.render

import rnnts

# Names of the package are looked up on first use; the pages shall show them all.
for name in rnnts.__all__:
    getattr(rnnts, name)

output = Path(__file__).parent / "_build"
pdoc.render.configure(docformat="numpy", math=True)
pdoc.pdoc("rnnts", "rnnts.gallery", output_directory=output)
print(f"wrote {output / 'index.html'}")
