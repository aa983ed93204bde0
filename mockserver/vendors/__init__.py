"""One folder a vendor; see `mockserver.vendor` for what lies in it. Places of the user's are joined to `__path__`."""
