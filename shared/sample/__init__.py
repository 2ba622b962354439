"""The sample (样例): synthetic department files, deterministic by seed, with the defects that real files have
(design: feeds §6). Nobody real is in it."""

from shared.sample.domain import DEFECTS, Labels
from shared.sample.sample import Sample, generate

__all__ = ["DEFECTS", "Labels", "Sample", "generate"]
