"""The second engine: the same models on Spark, and the comparison with the first."""
