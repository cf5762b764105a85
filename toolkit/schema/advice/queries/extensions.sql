select a.name, a.default_version from pg_available_extensions a where a.installed_version is not null
