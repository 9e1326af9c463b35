{{ raw_versions('crm', 'contact') }}
