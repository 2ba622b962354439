"""Beneficiaries (受益对象): what screening says a household is on a day, kept from the bus."""
