"""The service as a process: started, watched, cleaned up after."""
