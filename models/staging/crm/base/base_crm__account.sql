{{ raw_versions('crm', 'account') }}
