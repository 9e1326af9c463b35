{{ raw_versions('billing', 'refund') }}
