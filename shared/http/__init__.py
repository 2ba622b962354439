"""How every service speaks HTTP (architecture §7): one app factory, one problem document, one
transaction a request, one place for identity and permission. It knows no service and no broker."""
