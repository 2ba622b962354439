"""What travels on the bus: events, their envelope (CloudEvents 1.0, Kafka binary mode), topics and
schemas. An event is a past-tense, frozen, versioned class; see architecture §6."""
