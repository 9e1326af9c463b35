-- depends_on: {{ ref("int_devices__resolution_inputs") }}
{{ touched_keys('device_key', 'int_devices__resolution_inputs', 'int_events__daily') }}
