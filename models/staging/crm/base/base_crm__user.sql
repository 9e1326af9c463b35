{{ raw_versions('crm', 'user') }}
