"""The winning attempt of every actor in every funnel: a short shell around the matcher."""


def model(dbt, session):
    from usage_warehouse.engine.frames import to_pandas
    from usage_warehouse.funnels.attempt_rows import attempt_rows

    dbt.config(materialized="table")
    return attempt_rows(
        events=to_pandas(dbt.ref("int_funnels__events")),
        funnels=to_pandas(dbt.ref("stg_definitions__funnels")),
        steps=to_pandas(dbt.ref("stg_definitions__funnel_steps")),
        clock=to_pandas(dbt.ref("int_clock__horizons")),
    )
