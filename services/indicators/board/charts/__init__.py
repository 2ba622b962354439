"""Drawings as SVG text: pure functions of numbers and words, no script, no style but the classes of the shell.

Each has a title and a description, so that it can be heard; shapes carry the meaning, colours only repeat it.
"""
