"""重建 (rebuild): a projection made again from what the other services keep, in a schema beside the one that stands.

What screening and indicators do alike: `logs` is the seam to whoever keeps what was published, `replay` reads it,
`domain` says what is compared and what was found, `service` frames the work, `repository` has the statements. The
services say which tables theirs are, hold back their workers, put the projection in its place and mend what people
were told.
"""
