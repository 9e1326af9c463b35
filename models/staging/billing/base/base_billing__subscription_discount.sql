{{ raw_versions('billing', 'subscription_discount') }}
