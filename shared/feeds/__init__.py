"""Feeds (数据报送): what departments may send, the kinds, their checks, and the hot path from a body to records that
can be stored (design: feeds). One module per kind under its department; texts and lists are package data."""
