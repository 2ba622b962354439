"""户册 (register): households, members and record versions as the feeds tell them.

A projection of the bus, two times, nothing overwritten (screening §1).
"""
