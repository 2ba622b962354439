"""The inbox: the ids of what this service has applied, in the same transaction as the effects."""
