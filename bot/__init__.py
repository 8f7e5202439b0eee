"""What runs: wiring, intake, worker, store and the adapters of each vendor."""
