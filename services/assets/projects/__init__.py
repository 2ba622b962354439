"""Projects (项目): what public money was spent on, and from which sources (design: assets §1)."""
