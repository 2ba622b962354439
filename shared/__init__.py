"""What every service stands on. `shared` knows no service (architecture §4)."""
