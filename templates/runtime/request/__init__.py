"""Make requests: parameters, headers, credentials, bodies, multipart and files."""
