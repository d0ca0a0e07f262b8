//! The template of `plaudit init` and `docs/configuration.md`, both from the declarations.
