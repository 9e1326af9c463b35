{{ raw_versions('billing', 'subscription') }}
