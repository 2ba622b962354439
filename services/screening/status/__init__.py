"""农户状态 (status): what households that are or were lifted or monitored count as, told to the bus as it changes."""
