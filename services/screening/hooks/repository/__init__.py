"""The statements of the room: subscriptions, and what waits in their queues."""
