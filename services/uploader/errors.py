"""What stops the uploader; each text is for the person at the keyboard."""

from __future__ import annotations


class UploadError(Exception):
    """Cannot go on: the text says why and what to do."""
