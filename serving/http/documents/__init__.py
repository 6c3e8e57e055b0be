"""The endpoint described as OpenAPI 3.0.3 and Swagger 2.0."""
