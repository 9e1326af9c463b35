-- depends_on: {{ ref("int_devices__session_inputs") }}
{{ touched_keys('device_key', 'int_devices__session_inputs', 'int_events__sessioned') }}
