"""quarantine (隔离区): refused records, sealed at rest, waiting to be corrected."""
