"""What an engine's session needs from Python."""
