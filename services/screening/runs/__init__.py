"""批次 (runs): sweeps by people and by night, with their stored reports (screening §4)."""
