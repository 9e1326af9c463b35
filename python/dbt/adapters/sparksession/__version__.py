"""The version that dbt reports."""

version = "0.1.0"
