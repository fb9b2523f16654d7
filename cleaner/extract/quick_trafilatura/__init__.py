"""trafilatura's own steps, taken so that they cost half, with the same result.

What reaches into trafilatura's internals stands in this package, and nowhere else. `opinions` uses
it with the versions for which it was compared with trafilatura itself, and takes trafilatura as it
is with any other.
"""
