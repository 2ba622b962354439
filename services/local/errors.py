"""What goes wrong on somebody's machine, each as one clear line."""

from __future__ import annotations


class LocalError(Exception):
    """The stack cannot start or go on; the text is one Chinese line for the person at the keyboard."""
