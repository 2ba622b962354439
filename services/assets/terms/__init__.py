"""Terms (用语): the code lists of the ledger, money and days on the wire."""
