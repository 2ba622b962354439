"""catalogue (报送目录): what may be sent: departments, kinds, fields, cadence, legal basis, examples."""
