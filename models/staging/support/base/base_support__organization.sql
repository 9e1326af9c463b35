{{ raw_versions('support', 'organization') }}
