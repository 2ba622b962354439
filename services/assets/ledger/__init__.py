"""ledger (台账): projects and, later, the assets they became (design: assets §1)."""
