"""Holdings (台账): projects and assets as the ledger's topic tells them, and what is counted of them."""
