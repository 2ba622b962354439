"""What tests from outside share: a live stack of processes and a client of its APIs."""
