"""reconciliation (对账): deliveries, manifests and freshness 数据时效."""
