"""Spreadsheets of observations: the template to fill in, and a filled one."""
