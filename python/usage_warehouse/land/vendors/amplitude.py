"""Amplitude: the JSON lines of its Export API and of its exports to a bucket.

Fields: https://amplitude.com/docs/apis/analytics/export. What is exported has been deduplicated
by Amplitude (device and `$insert_id` within seven days), and every event that it kept has a `uuid`:
overlapping exports repeat it. Times are UTC; `client_event_time` and `client_upload_time` are the
device's clock, the server's are its own.
"""

from __future__ import annotations

from usage_warehouse.land.vendors.parts import compact, group_of

SHAPE = {
    "uuid": "VARCHAR",
    "$insert_id": "VARCHAR",
    "event_type": "VARCHAR",
    "device_id": "VARCHAR",
    "user_id": "VARCHAR",
    "groups": "JSON",
    "client_event_time": "VARCHAR",
    "client_upload_time": "VARCHAR",
    "server_received_time": "VARCHAR",
    "server_upload_time": "VARCHAR",
    "event_time": "VARCHAR",
    "event_properties": "JSON",
    "user_properties": "JSON",
    "group_properties": "JSON",
    "ip_address": "VARCHAR",
    "language": "VARCHAR",
    "version_name": "VARCHAR",
    "library": "VARCHAR",
    "os_name": "VARCHAR",
    "os_version": "VARCHAR",
    "device_type": "VARCHAR",
    "country": "VARCHAR",
    "region": "VARCHAR",
    "city": "VARCHAR",
    "session_id": "VARCHAR",
}

COLUMNS = {
    "message_id": "coalesce(uuid, device_id || ':' || \"$insert_id\")",
    "type": "case event_type when '$identify' then 'identify'"
    " when '$groupidentify' then 'group' else 'track' end",
    "event": "case when event_type not in ('$identify', '$groupidentify') then event_type end",
    "anonymous_id": "device_id",
    "user_id": "user_id",
    "group_id": group_of("groups"),
    "original_timestamp": "client_event_time",
    "sent_at": "client_upload_time",
    "received_at": "coalesce(server_received_time, server_upload_time)",
    "timestamp": "event_time",
    "properties": "case when event_type not in ('$identify', '$groupidentify')"
    " then event_properties end",
    "traits": "case event_type when '$identify' then user_properties"
    " when '$groupidentify' then group_properties end",
    "context": compact(
        {
            "ip": "ip_address",
            "locale": "language",
            "app": {"version": "version_name"},
            "library": {"name": "library"},
            "os": {"name": "os_name", "version": "os_version"},
            "device": {"type": "device_type"},
            "location": {"country": "country", "region": "region", "city": "city"},
            "session_id": "session_id",
        }
    ),
}
