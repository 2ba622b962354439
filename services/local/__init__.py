"""The embedded stack (本机整套): PostgreSQL and a broker from wheels, and our own processes as children.

Together with `services.cli` the only package that may know all services; nothing imports it but the
command line and the tests. Texts for people are Chinese: they are what `xianjie up` prints.
"""
