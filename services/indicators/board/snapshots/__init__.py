"""Assessments (督导考核) as pages: the list, and one snapshot by division and department."""
