"""reconciliation (对账): manifests of days and closed periods, hashed and on the bus; the steps of the worker."""
