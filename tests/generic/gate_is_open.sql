{#
  The gate of a layer: it has results, and every expectation of severity fail held. What
  closed it is printed, since a count of rows tells nobody what to do.
#}
{% test gate_is_open(model) %}
{%- set closed -%}
    select suite, expectation, observed, reason
    from {{ model }}
    where coalesce(severity, 'fail') <> 'warn' and not coalesce(success, false)
{%- endset %}
{%- if execute and invocation_args_dict.which in ('build', 'test') and not flags.EMPTY -%}
    {%- for row in run_query(closed ~ ' order by suite, expectation').rows -%}
        {%- do print(
            'gate closed: ' ~ row['suite'] ~ ', ' ~ row['expectation']
            ~ '\n    seen: ' ~ row['observed']
            ~ '\n    why:  ' ~ row['reason']
        ) -%}
    {%- endfor -%}
{%- endif %}
{{ closed }}
union all
select 'none' as suite, 'gate_has_results' as expectation, '0 results' as observed, '' as reason
from (select count(*) as result_count from {{ model }}) as counted
where result_count = 0
{% endtest %}
