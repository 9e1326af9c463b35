"""Replay: many small random histories, loaded in steps, against one full refresh.

An incremental warehouse is exact when it does not matter *when* data arrived: after any
sequence of loads every public relation equals what a full refresh makes of the same raw
files. `histories` draws small event histories that hold what usually breaks this (late,
duplicate, conflicting, backdated and re-identifying rows, files that vanish or change),
`pack` lays many of them side by side into one raw folder, step by step, `runner` builds
after every step, `compare` holds the result against a full refresh, and `shrink` cuts a
failing history down to a small case. `python -m usage_warehouse.replay --help` runs it.
"""
