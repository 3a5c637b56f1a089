"""Read responses: size limits, decompression, decoding, and the raw response."""
