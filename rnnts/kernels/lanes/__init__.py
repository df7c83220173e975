"""Small networks with rows, or whole networks, in the SIMD lanes; `entries` says how."""
