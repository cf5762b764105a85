"""The terminal UI: a door that shows what the core knows and starts what the core does.

Nothing is computed here. Screens read `facts`, which `backend` fetches from the core in worker threads; jobs
run in worker threads and talk through events. Nothing heavy is imported before the first paint.
"""
