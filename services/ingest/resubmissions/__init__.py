"""resubmissions (更正重报): a quarantined record, corrected, goes through the normal intake."""
