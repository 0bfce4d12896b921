"""The decision core and the service that answers with it."""
