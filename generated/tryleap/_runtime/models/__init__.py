"""Models: their base class, and the codecs of their fields."""
