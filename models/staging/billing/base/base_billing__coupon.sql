{{ raw_versions('billing', 'coupon') }}
