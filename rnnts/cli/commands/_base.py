"""What a command is made of."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A command of `rnnts`.

    Attributes
    ----------
    description, epilog : str
        What stands before and after the arguments in its own help.
    add_arguments : callable
        Names them to a parser.
    run : callable
        Does it; what it cannot do is an error.
    resumes : str
        What is said after an interruption.
    """

    description: str
    epilog: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], None]
    resumes: str = ""
