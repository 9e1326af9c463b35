"""The sample company: a seeded, vectorised generator of raw product data with known faults."""

from usage_warehouse.sample.make import make_sample
from usage_warehouse.sample.options import SampleOptions

__all__ = ["SampleOptions", "make_sample"]
