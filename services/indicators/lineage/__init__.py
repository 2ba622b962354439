"""为什么是这个数 (lineage): from a value to the persons, households, observations and records behind it, and back.

The room keeps nothing: every answer is counted anew as of the value's own day and instant, by the statement that
counted the value, and says so when the count differs today.
"""
