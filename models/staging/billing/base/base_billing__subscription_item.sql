{{ raw_versions('billing', 'subscription_item') }}
