"""The steps of every curve of the time to activation: a short shell around statsmodels."""


def model(dbt, session):
    from usage_warehouse.activation.survival import COLUMN_TYPES, survival_steps
    from usage_warehouse.engine.frames import by_parts

    dbt.config(materialized="table")
    return by_parts(dbt.ref("int_activation__observed"), "group_key", survival_steps, COLUMN_TYPES)
