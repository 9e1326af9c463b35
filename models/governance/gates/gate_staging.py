import pandas as pd


def model(dbt, session):
    dbt.config(materialized="table")
    return pd.DataFrame({"suite": ["x"], "success": [True]})
