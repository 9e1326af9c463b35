"""Everything of the product-usage warehouse that is not SQL."""
