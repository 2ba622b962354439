"""Overview (总览): totals that reconcile, an asset's whole life in one call, the pages 资产台账 (design: assets §6)."""
