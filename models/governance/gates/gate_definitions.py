"""Stops the build at a mistake in a definition file: nothing can be built on it."""


def model(dbt, session):
    import os
    from pathlib import Path

    from usage_warehouse.definitions.gate import definition_files
    from usage_warehouse.engine.frames import to_pandas

    dbt.config(materialized="table")
    loaded = {
        "tracking_plan": dbt.ref("tracking_plan"),
        "activation_rules": dbt.ref("activation_rules"),
        "funnels": dbt.ref("funnels"),
        "funnel_steps": dbt.ref("funnel_steps"),
        "internal_actors": dbt.ref("internal_actors"),
        "bot_user_agents": dbt.ref("bot_user_agents"),
        "junk_ids": dbt.ref("junk_ids"),
        "fx_rates": dbt.ref("fx_rates"),
        "currencies": dbt.ref("currencies"),
        "free_mail_domains": dbt.ref("free_mail_domains"),
        "public_suffixes": dbt.ref("public_suffixes"),
        "account_matches": dbt.ref("account_matches"),
        "health_weights": dbt.ref("health_weights"),
        "segments": dbt.ref("segments"),
    }
    # dbt works in the project's folder, from which USAGE_SEEDS counts.
    return definition_files(
        seeds_folder=Path(os.environ.get("USAGE_SEEDS") or "seeds"),
        loaded={name: to_pandas(relation) for name, relation in loaded.items()},
    )
