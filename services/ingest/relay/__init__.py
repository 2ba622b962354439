"""relay (发布): the leader's view of committed parts: number them, publish their records in that order."""
