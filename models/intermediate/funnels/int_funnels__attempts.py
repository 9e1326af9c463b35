"""The winning attempt of every actor in every funnel: a short shell around the matcher."""


def model(dbt, session):
    from functools import partial

    from usage_warehouse.engine.frames import by_parts, to_pandas
    from usage_warehouse.funnels.attempt_rows import COLUMN_TYPES, attempt_rows

    dbt.config(materialized="table")
    match = partial(
        attempt_rows,
        funnels=to_pandas(dbt.ref("stg_definitions__funnels")),
        steps=to_pandas(dbt.ref("stg_definitions__funnel_steps")),
        clock=to_pandas(dbt.ref("int_clock__horizons")),
    )
    return by_parts(dbt.ref("int_funnels__events"), "actor_id", match, COLUMN_TYPES)
