"""Assessments (督导考核): frozen, hashed snapshots of all targets by banner and department."""
