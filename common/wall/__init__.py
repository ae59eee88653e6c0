"""Row-level security: derived from the models after every migration, by `building.build`. See docs/tenancy.md."""
