"""What is sent: parameters, headers, credentials, bodies, multipart and files."""
