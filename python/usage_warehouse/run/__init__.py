"""The main job: raw data to a published release, one build at a time."""
