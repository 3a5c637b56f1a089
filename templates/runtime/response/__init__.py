"""What comes back: size limits, decompression, decoding and the raw response."""
