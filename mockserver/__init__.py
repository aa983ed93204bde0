"""The mock server: stand-ins for vendors, made from their specs, with state that behaves."""
