"""Which early behaviour goes with staying: a short shell around the statistics."""


def model(dbt, session):
    from usage_warehouse.activation.discovery import judge_candidates
    from usage_warehouse.engine.frames import to_pandas

    dbt.config(materialized="table")
    return judge_candidates(to_pandas(dbt.ref("int_activation__candidates")))
