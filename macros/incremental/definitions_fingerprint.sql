{#
  What an incremental model was built with, as one text: a hash of its own code, the
  project's version, the variables and the contents of the relations that its config
  names.
    meta.fingerprint: {variables: [..], relations: [model names]}
#}
{% macro definitions_fingerprint() -%}
  {%- set named = model.config.meta.get('fingerprint', {}) -%}
  {%- set parts = [local_md5(model.raw_code), local_md5(env_var('USAGE_PSEUDONYM_KEY', ''))] -%}
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
  {%- if adapter.get_relation(ledger.database, ledger.schema, ledger.identifier) is none -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set found = run_query('select fingerprint from ' ~ ledger) -%}
  {{ return(found.rows[0][0] if found.rows | length > 0 else none) }}
{%- endmacro %}
