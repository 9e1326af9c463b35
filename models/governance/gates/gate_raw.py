"""The expectations on raw files: a short shell around the suite."""


def model(dbt, session):
    from usage_warehouse.engine.frames import to_pandas
    from usage_warehouse.expectations.gates import is_off, raw_results, switched_off

    dbt.config(materialized="table")
    if is_off(dbt.config.meta_get("using_events")):
        return switched_off("raw_files")
    return raw_results(
        profile=to_pandas(dbt.ref("profile_raw_files")),
        load_units=to_pandas(dbt.ref("stg_events__load_units")),
    )
