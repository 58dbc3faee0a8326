"""What the product counts by itself for promises and yearly reports (docs/agreements.md).

An indicator reads once for the whole network and counts for each promise: a page with ten promises
asks the database no more often than one with a single promise.
"""
