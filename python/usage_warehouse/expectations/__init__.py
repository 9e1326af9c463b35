"""Great Expectations on frames: suites as plain data, one runner, one frame per layer.

SQL tests guard keys, ranges and identities row by row; what stands here guards what only a
profile shows: files, days, shares, mixes. Every suite starts with a row count, a column set
and a not-null, because most expectations pass on an empty frame and on nulls.
"""
