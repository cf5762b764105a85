"""One file per mode of the cockpit, and the modals."""
