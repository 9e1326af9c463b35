{{ raw_versions('support', 'satisfaction_rating') }}
