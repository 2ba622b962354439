"""The bus: publisher and source protocols, aiokafka behind them, an in-memory twin, the transactional
outbox with its leader, and the consumer loop. No message is lost, and none has its effect twice."""
