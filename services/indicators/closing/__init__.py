"""Closing periods (期间审定): proposed by one, approved by another; a closed value never changes silently."""
