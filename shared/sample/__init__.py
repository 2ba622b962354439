"""The sample (样例): synthetic department files, deterministic by seed, with the defects that real files have
(design: feeds §6). Nobody real is in it."""

from shared.sample.domain import DEFECTS, Labels
from shared.sample.files import FORMATS, LABELS, Format, OccupiedError, Written, write
from shared.sample.sample import FIRST_DAY, Sample, generate

__all__ = [
    "DEFECTS", "FIRST_DAY", "FORMATS", "LABELS", "Format", "Labels", "OccupiedError", "Sample", "Written", "generate",
    "write",
]  # fmt: skip
