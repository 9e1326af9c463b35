{{ raw_versions('billing', 'charge') }}
