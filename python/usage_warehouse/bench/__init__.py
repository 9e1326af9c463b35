"""The benchmark: what a full build, a new day and nothing new cost, beside a floor and peers.

All of it is measured in one run on one machine, so ratios mean something where seconds do not.
"""
