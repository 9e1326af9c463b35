{{ raw_versions('billing', 'product') }}
