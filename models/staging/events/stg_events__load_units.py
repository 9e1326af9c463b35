"""Every raw file of the events source with its content hash: what there is to consume."""


def model(dbt, session):
    from usage_warehouse.raw.load_units import load_units

    dbt.config(materialized="table")
    return load_units("events", "messages")
