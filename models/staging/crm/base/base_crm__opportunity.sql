{{ raw_versions('crm', 'opportunity') }}
