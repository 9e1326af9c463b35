{{ raw_versions('billing', 'invoice') }}
