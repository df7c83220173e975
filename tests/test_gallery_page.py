"""The page of plots that `make docs` builds."""

from pathlib import Path

from docs import _gallery


def test_every_example_is_on_the_page_and_says_what_it_shows():
    files = Path(_gallery.__file__).parent.glob("gallery/*.py")

    assert sorted(path.stem for path in files) == sorted(_gallery.EXAMPLES)


def test_the_page_has_title_caption_code_and_picture(tmp_path, monkeypatch):
    monkeypatch.setattr(_gallery, "EXAMPLES", ["impulse_response_linear"])

    page = _gallery.write_gallery(tmp_path).read_text()

    assert "<h2>A linear network is an ARMA model.</h2>" in page
    assert "<p>Its forecasts answer to a shock" in page
    assert "model.plot_impulse_response(36)" in page
    assert page.count("data:image/svg+xml;base64,") == 1
