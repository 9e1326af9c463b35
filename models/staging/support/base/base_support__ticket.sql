{{ raw_versions('support', 'ticket') }}
