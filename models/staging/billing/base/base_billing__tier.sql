{{ raw_versions('billing', 'tier') }}
