"""vault (身份保险库): ID number and name of each person, sealed once under the person key (trust §1)."""
