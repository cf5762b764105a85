"""The endpoints. Plain `def`: FastAPI runs them in threads, where a blocking session blocks nobody else."""
