"""Second implementations of vendors' APIs, written from the references alone, for the gate to judge."""
