"""What is answered about a business, from one published edition of the scores."""
