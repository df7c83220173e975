"""Fitted estimators in files: what was saved is what is loaded, and nothing else can be."""

from rnnts.persistence._files import load, save

__all__ = ["load", "save"]
