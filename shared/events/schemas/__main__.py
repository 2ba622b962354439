"""`python -m shared.events.schemas` writes the checked-in schemas again."""

from shared.events.schemas import write

write()
