"""How long activation takes, and which early behaviour goes with staying: the statistics.

Counting is SQL's work; what is estimated from the counts comes from statsmodels.
"""
