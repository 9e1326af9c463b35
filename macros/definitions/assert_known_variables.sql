{#
  Stops a run that was given a variable the project does not have, or a value that it
  cannot mean. Documented in docs/variables.md.
#}
{% macro assert_known_variables() -%}
  {%- if execute -%}
    {%- set known = [
      'as_of', 'known_at', 'session_timeout_minutes', 'identity_policy', 'consent_default',
      'reporting_currency', 'account_id_keys',
      'using_events', 'using_crm', 'using_billing', 'using_support',
    ] -%}
    {%- for name in (invocation_args_dict.vars or {}) if name not in known -%}
      {{ exceptions.raise_compiler_error("unknown variable '" ~ name ~ "'\n  fix: use one of " ~ known | sort | join(', ')) }}
    {%- endfor -%}
    {%- set choices = {
      'identity_policy': ['intervals', 'last_touch'],
      'consent_default': ['granted', 'refused'],
      'using_events': [true, false], 'using_crm': [true, false, none],
      'using_billing': [true, false, none], 'using_support': [true, false, none],
    } -%}
    {%- for name, values in choices.items() if var(name) not in values -%}
      {{ exceptions.raise_compiler_error("variable " ~ name ~ ": '" ~ var(name) ~ "' is not a choice\n  fix: use one of " ~ values | join(', ')) }}
    {%- endfor -%}
    {%- if var('session_timeout_minutes') is not number or var('session_timeout_minutes') is boolean or var('session_timeout_minutes') <= 0 -%}
      {{ exceptions.raise_compiler_error("variable session_timeout_minutes: '" ~ var('session_timeout_minutes') ~ "' is not a positive number\n  fix: minutes, such as 30") }}
    {%- endif -%}
    {%- if not modules.re.fullmatch('[A-Za-z]{3}', var('reporting_currency') | string) -%}
      {{ exceptions.raise_compiler_error("variable reporting_currency: '" ~ var('reporting_currency') ~ "' is not a currency\n  fix: write its three letters, such as usd") }}
    {%- endif -%}
    {%- set keys = var('account_id_keys') -%}
    {%- for key in (keys if keys is not string and keys else ['(no list)']) if not modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_]*', key | string) -%}
      {{ exceptions.raise_compiler_error("variable account_id_keys: '" ~ key ~ "' is not a key\n  fix: a list of names made of letters, digits and underscores") }}
    {%- endfor -%}
    {%- for name in ['as_of', 'known_at'] if var(name) is not none -%}
      {%- if not modules.re.fullmatch('\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?Z?)?', var(name) | string) -%}
        {{ exceptions.raise_compiler_error("variable " ~ name ~ ": '" ~ var(name) ~ "' is not a UTC date or time\n  fix: write 2026-01-31 or 2026-01-31T12:00:00Z") }}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
