{{ raw_versions('billing', 'credit_note') }}
