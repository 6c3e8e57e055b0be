"""Salesforce: REST queries in the order of SystemModstamp, and sObject Collections."""
