"""What several benchmarks take: data sets, bundles, services, load."""
