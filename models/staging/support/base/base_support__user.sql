{{ raw_versions('support', 'user') }}
