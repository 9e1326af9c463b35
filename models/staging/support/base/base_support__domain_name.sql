{{ raw_versions('support', 'domain_name') }}
