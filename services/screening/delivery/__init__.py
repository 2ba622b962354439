"""交付 (delivery): the one ordered change feed of warnings and the ways to read it.

The feed's order is the outbox's position, given by the leader; the room reads, and owns no table yet.
"""
