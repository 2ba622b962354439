"""Observations (观测值): standards and statistics that people send in, each with its document."""
