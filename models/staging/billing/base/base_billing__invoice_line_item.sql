{{ raw_versions('billing', 'invoice_line_item') }}
