"""交付 (delivery): the one ordered change feed of warnings, how far it goes back, and where to start over.

The feed's order is the outbox's position, given by the leader. Streams and hooks read it through `service` and wait by
`watching`; the room owns no table. A change is shown to whom it concerns before or after it: what takes a warning out
of a reader's division or severity (the household moved, the rule's severity changed) is the last that reader hears of
it, so that nobody keeps a warning that is another's by now.
"""
