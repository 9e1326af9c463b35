"""Landing: files of raw events become Parquet of the raw contract, line by line accounted for."""
