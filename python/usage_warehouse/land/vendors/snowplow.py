"""Snowplow: enriched events as tab-separated lines, or the atomic events table by column name.

Fields and their order: https://docs.snowplow.io/docs/fundamentals/canonical-event/. `event_id` is
the event's name; copies that say the same are duplicates, others are kept apart as conflicting.
`derived_tstamp` is `collector_tstamp` less the time between `dvce_created_tstamp` and
`dvce_sent_tstamp`, which is this project's own correction too, unless the tracker knew the
`true_tstamp`: then that is the time and no clock is corrected.
"""

from __future__ import annotations

from usage_warehouse.land.vendors.parts import compact, words

FIELDS = words(
    """
    app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id
    name_tracker v_tracker v_collector v_etl user_id user_ipaddress user_fingerprint domain_userid
    domain_sessionidx network_userid geo_country geo_region geo_city geo_zipcode geo_latitude
    geo_longitude geo_region_name ip_isp ip_organization ip_domain ip_netspeed page_url page_title
    page_referrer page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery
    page_urlfragment refr_urlscheme refr_urlhost refr_urlport refr_urlpath refr_urlquery
    refr_urlfragment refr_medium refr_source refr_term mkt_medium mkt_source mkt_term mkt_content
    mkt_campaign contexts se_category se_action se_label se_property se_value unstruct_event
    tr_orderid tr_affiliation tr_total tr_tax tr_shipping tr_city tr_state tr_country ti_orderid
    ti_sku ti_name ti_category ti_price ti_quantity pp_xoffset_min pp_xoffset_max pp_yoffset_min
    pp_yoffset_max useragent br_name br_family br_version br_type br_renderengine br_lang
    br_features_pdf br_features_flash br_features_java br_features_director br_features_quicktime
    br_features_realplayer br_features_windowsmedia br_features_gears br_features_silverlight
    br_cookies br_colordepth br_viewwidth br_viewheight os_name os_family os_manufacturer
    os_timezone dvce_type dvce_ismobile dvce_screenwidth dvce_screenheight doc_charset doc_width
    doc_height tr_currency tr_total_base tr_tax_base tr_shipping_base ti_currency ti_price_base
    base_currency geo_timezone mkt_clickid mkt_network etl_tags dvce_sent_tstamp
    refr_domain_userid refr_dvce_tstamp derived_contexts domain_sessionid derived_tstamp
    event_vendor event_name event_format event_version event_fingerprint true_tstamp
    """
)

SHAPE = dict.fromkeys(
    words(
        """
    app_id collector_tstamp dvce_created_tstamp event event_id v_tracker user_id user_ipaddress
    domain_userid network_userid geo_country geo_region geo_city page_url page_title page_referrer
    page_urlpath mkt_medium mkt_source mkt_term mkt_content mkt_campaign se_category se_action
    se_label se_property se_value unstruct_event useragent br_lang os_name dvce_sent_tstamp
    domain_sessionid derived_tstamp event_name true_tstamp
    """
    ),
    "VARCHAR",
)
# the self-describing JSON of a custom event: its data is what the tracker sent
_DATA = (
    "case when json_valid(unstruct_event) then"
    " coalesce(json_extract(unstruct_event, '$.data.data'), cast(unstruct_event as json)) end"
)
_CLOCK = "case when true_tstamp is null then {} end"

COLUMNS = {
    "message_id": "event_id",
    "type": "case when event = 'page_view' then 'page'"
    " when event = 'unstruct' and event_name = 'screen_view' then 'screen' else 'track' end",
    "event": "case event when 'page_view' then null when 'struct'"
    " then coalesce(se_category || ' ' || se_action, se_action, se_category)"
    " when 'unstruct' then event_name else event end",
    "anonymous_id": "coalesce(domain_userid, network_userid)",
    "user_id": "user_id",
    "original_timestamp": _CLOCK.format("dvce_created_tstamp"),
    "sent_at": _CLOCK.format("dvce_sent_tstamp"),
    "received_at": "collector_tstamp",
    "timestamp": "coalesce(true_tstamp, derived_tstamp)",
    "properties": f"case event when 'unstruct' then cast({_DATA} as varchar) when 'struct' then "
    + compact(
        {
            "category": "se_category",
            "action": "se_action",
            "label": "se_label",
            "property": "se_property",
            "value": "se_value",
        }
    )
    + " else "
    + compact({"url": "page_url", "title": "page_title", "path": "page_urlpath"})
    + " end",
    "context": compact(
        {
            "ip": "user_ipaddress",
            "userAgent": "useragent",
            "locale": "br_lang",
            "page": {"url": "page_url", "path": "page_urlpath", "referrer": "page_referrer"},
            "app": {"name": "app_id"},
            "library": {"name": "v_tracker"},
            "os": {"name": "os_name"},
            "location": {"country": "geo_country", "region": "geo_region", "city": "geo_city"},
            "campaign": {
                "source": "mkt_source",
                "medium": "mkt_medium",
                "name": "mkt_campaign",
                "term": "mkt_term",
                "content": "mkt_content",
            },
            "session_id": "domain_sessionid",
        }
    ),
}
