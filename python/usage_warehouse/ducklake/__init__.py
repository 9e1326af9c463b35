"""DuckLake, the step between one file and Spark: its comparison with the plain build."""
