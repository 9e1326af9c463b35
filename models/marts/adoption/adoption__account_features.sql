-- depends_on: {{ ref('gate_core') }}
{{ adoption_of('account') }}
