"""线索 (clues): the unverified warnings of one household as one visit, and the worklist of them.

A clue's id is the household's number. The room reads what the warnings room keeps in `clue` and
`clue_count`; it owns no table.
"""
