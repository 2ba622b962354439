"""Restatements (重述): a late correction of a closed value beside it, with its delta and the records that caused it."""
