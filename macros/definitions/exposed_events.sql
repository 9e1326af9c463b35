{#
  A query of the events that exposures say they read: `meta: {events: [event_name, …]}` of
  an exposure in any YAML of models/. Columns event_name, kind, reader.
    exposures  those to look at; by default the project's
#}
{% macro exposed_events(exposures=none) -%}
  {%- set rows = [] -%}
  {%- for exposure in (graph.get('exposures', {}).values() if exposures is none else exposures)
      | sort(attribute='name') -%}
    {%- for event in (exposure.get('config', {}).get('meta') or exposure.get('meta') or {}).get('events', []) -%}
      {%- do rows.append(
        "select '" ~ (event | replace("'", "''")) ~ "' as event_name, 'exposure' as kind, '"
        ~ (exposure.name | replace("'", "''")) ~ "' as reader"
      ) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if not rows -%}
  select
      cast(null as {{ engine_type('string') }}) as event_name,
      'exposure' as kind,
      cast(null as {{ engine_type('string') }}) as reader
  where false
  {%- else -%}
  {{ rows | join('\nunion all\n') }}
  {%- endif -%}
{%- endmacro %}
