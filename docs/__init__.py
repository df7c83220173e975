"""The API pages; `make docs` builds them."""
