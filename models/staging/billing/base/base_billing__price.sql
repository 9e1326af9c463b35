{{ raw_versions('billing', 'price') }}
