{#
  What an incremental model was built with, as one text: a hash of its own code and of the
  views and incremental models that it reads through, the variables and the contents of the
  relations that its config names. (dbt shows a model no macro's code: after changing a
  macro, use --full-refresh.)
    meta.fingerprint: {variables: [..], relations: [model names]}
#}
{% macro definitions_fingerprint() -%}
  {%- set named = model.config.meta.get('fingerprint', {}) -%}
  {%- set code = [] -%}
  {%- do collect_code(model, code) -%}
  {%- set parts = [local_md5(code | sort | join), local_md5(env_var('USAGE_PSEUDONYM_KEY', ''))] -%}
  {%- for name in named.get('variables', []) -%}
    {%- do parts.append(name ~ '=' ~ var(name)) -%}
  {%- endfor -%}
  {%- for name in named.get('relations', []) -%}
    {%- set relation = ref(name) -%}
    {%- set found = run_query(
        "select coalesce(md5(" ~ sorted_list("row_hash") ~ "), 'empty')"
        ~ " from (select md5(" ~ row_text('definition') ~ ") as row_hash from " ~ relation ~ " as definition) as hashed") -%}
    {%- do parts.append(name ~ '=' ~ found.rows[0][0]) -%}
  {%- endfor -%}
  {{ return(parts | join(';')) }}
{%- endmacro %}

{# The fingerprint that the model's ledger holds; none when there is no ledger. #}
{% macro stored_fingerprint() -%}
  {%- set ledger = ledger_relation('fingerprint') -%}
  {%- if not has_ledger(model.name) -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set found = run_query('select fingerprint from ' ~ ledger) -%}
  {{ return(found.rows[0][0] if found.rows | length > 0 else none) }}
{%- endmacro %}

{#
  Adds the code of a model to a list, and that of the views and incremental models below it:
  new code of theirs changes rows that this model took up unchanged files for.
#}
{% macro collect_code(node, code) -%}
  {%- if node.raw_code not in code -%}
    {%- do code.append(node.raw_code) -%}
    {%- for unique_id in node.depends_on.nodes -%}
      {%- set upstream = graph.nodes.get(unique_id) -%}
      {%- if upstream and upstream.config.materialized in ('view', 'incremental') -%}
        {%- do collect_code(upstream, code) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
