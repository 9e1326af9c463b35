{{ raw_versions('billing', 'customer') }}
