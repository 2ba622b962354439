"""Code tables and numbers with a check (代码): divisions, identity and credit codes, lists. Pure: no clock, no I/O
but its own package data."""
