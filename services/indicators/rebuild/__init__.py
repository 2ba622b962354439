"""Making the projection and the values again from the log, beside what stands, and comparing."""
