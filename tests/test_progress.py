import pickle

import pytest
from rich.console import Console

from rnnts._progress import _console, progress, unseen


def test_bar_shows_count_rate_and_time_left_and_ends(terminal):
    with progress(200, "series", is_shown=True) as advance:
        advance(50)
        advance()
    shown = terminal.getvalue()

    assert "series" in shown
    assert "51/51" in shown
    assert "/s, " in shown
    assert "in all" in shown


def test_steps_that_need_not_be_done_are_not_counted_as_done(terminal):
    with progress(200, "iterations", is_shown=True) as advance:
        advance(30, spared=70)
        advance(100)

    assert "130/130" in terminal.getvalue()


def test_nothing_is_written_unless_on_a_terminal(capsys, monkeypatch):
    # Asks for colours, even where they go into a file.
    monkeypatch.setenv("FORCE_COLOR", "1")

    with progress(2, "series", is_shown=True) as advance:
        advance(2)

    assert advance is unseen
    assert capsys.readouterr() == ("", "")


def test_nothing_is_shown_unless_asked_for(terminal):
    with progress(2, "series", is_shown=False) as advance:
        advance(2)

    assert not terminal.getvalue()


def test_work_within_work_shows_no_second_bar(terminal):
    with (
        progress(2, "outer", is_shown=True) as advance,
        progress(2, "inner", is_shown=True) as inner,
    ):
        inner(2)
        advance(2)

    assert "outer" in terminal.getvalue()
    assert "inner" not in terminal.getvalue()


def test_bar_of_work_that_fails_makes_room_for_the_next(terminal):
    with pytest.raises(ValueError, match="nothing"), progress(2, "first", is_shown=True):
        raise ValueError("nothing")
    with progress(2, "second", is_shown=True) as advance:
        advance()

    assert "second" in terminal.getvalue()


def test_another_process_has_no_bar_to_move(terminal):
    with progress(2, "series", is_shown=True) as advance:
        assert pickle.loads(pickle.dumps(advance)) is unseen


def test_notebook_shows_plain_characters(monkeypatch, capsys):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)

    with progress(2, "series", is_shown=True) as advance:
        advance()

    assert "1/1" in capsys.readouterr().err


def test_stream_that_is_a_terminal_gets_a_bar(monkeypatch):
    stream = Console(stderr=True).file
    monkeypatch.setattr(stream, "isatty", lambda: True)
    assert _console() is not None

    monkeypatch.setattr(stream, "isatty", lambda: False)
    assert _console() is None
