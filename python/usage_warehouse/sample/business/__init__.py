"""The business side of the sample company: billing, CRM and support, as logs of versions."""
