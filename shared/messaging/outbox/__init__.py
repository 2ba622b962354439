"""The transactional outbox: what a service publishes is a row in its own database first, committed with
the state it tells of; the leader numbers the rows and then publishes them in that order."""

from shared.messaging.outbox.leader import Leader
from shared.messaging.outbox.repository import TableStore, add, expire

__all__ = ["Leader", "TableStore", "add", "expire"]
