"""submissions (报送): receive a batch, decide each record's outcome, store it, give the receipt."""
