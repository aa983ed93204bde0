"""Property tests for the user's own webhook endpoint: does it take everything that a vendor may send?

What a vendor sends stands in its spec, as `callbacks` of its operations. Only what a vendor may send is sent:
documented examples, bodies that the schema allows, the same event twice, late, or in another order; never anything
malformed.
"""
