-- The store of the endpoint has a database of its own beside MLflow's.
CREATE DATABASE leadgate;
