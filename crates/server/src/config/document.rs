//! The template of `plaudit init` and `docs/configuration.md`, both from the declarations.

use super::{Field, Secret, Section, apps, sections};
use room::AppId;
use std::fmt::Write;
use toml::Value;

/// A file with every setting, all but the first app as comments that show the defaults.
pub fn template(app: AppId, key: &Secret) -> String {
    let mut text = String::from(TEMPLATE_HEAD);
    for section in sections::all() {
        if !section.name.is_empty() {
            put(
                &mut text,
                format_args!("\n{}[{}]\n", comment(section.about), section.name),
            );
        }
        for field in &section.fields {
            put(
                &mut text,
                format_args!("\n{}#{} = {}\n", field_comment(field), field.key, field.default),
            );
        }
        // TOML wants what stands before all sections first; the apps are what people look for next.
        if section.name.is_empty() {
            put_first_app(&mut text, app, key);
        }
    }
    text
}

fn put_first_app(text: &mut String, app: AppId, key: &Secret) {
    put(
        text,
        format_args!("\n# The apps of this server: one such section for each.\n[[apps]]\n"),
    );
    for field in apps::FIELDS {
        put(text, format_args!("\n# {}\n# Allowed: {}.\n", field.doc, field.allowed));
        let value = |text: &str| Value::String(text.to_owned());
        match field.key {
            "id" => put(text, format_args!("id = {}\n", app.0)),
            "keys" => put(
                text,
                format_args!("keys = {}\n", Value::Array(vec![value(key.reveal())])),
            ),
            "key_files" => put(text, format_args!("#key_files = [\"/run/secrets/plaudit-key\"]\n")),
            "delivery" => put(text, format_args!("#delivery = \"push\"\n")),
            key => put(text, format_args!("#{key} = {}\n", field.default)),
        }
    }
}

fn field_comment(field: &Field) -> String {
    format!("{}# Allowed: {}.\n", comment(field.doc), field.allowed)
}

fn comment(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("# {}\n", line.trim())).collect()
}

/// The page `docs/configuration.md`.
pub fn markdown() -> String {
    let mut text = String::from(MARKDOWN_HEAD);
    for section in sections::all() {
        put(&mut text, format_args!("\n{}\n", heading(&section)));
        put(
            &mut text,
            format_args!("\n| setting | default | allowed | meaning |\n|---|---|---|---|\n"),
        );
        for field in &section.fields {
            let Field {
                key, default, allowed, ..
            } = field;
            put(
                &mut text,
                format_args!("| `{key}` | `{default}` | {allowed} | {} |\n", joined(field.doc)),
            );
        }
        if section.name.is_empty() {
            put(&mut text, format_args!("{MARKDOWN_APPS}"));
            for apps::AppField {
                key,
                default,
                allowed,
                doc,
            } in apps::FIELDS
            {
                let default = if default.starts_with('[') {
                    format!("`{default}`")
                } else {
                    (*default).to_owned()
                };
                put(&mut text, format_args!("| `{key}` | {default} | {allowed} | {doc} |\n"));
            }
        }
    }
    text
}

fn heading(section: &Section) -> String {
    match section.name {
        "" => "## Before all sections".to_owned(),
        name => format!("## `[{name}]`\n\n{}", joined(section.about)),
    }
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// Writing to a string cannot fail.
fn put(text: &mut String, args: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(args);
}

const TEMPLATE_HEAD: &str = "\
# The configuration of Plaudit.
#
# A line such as `#listen = ...` shows a default: take the # away to change it. The same can be given by a variable of
# the environment (PLAUDIT_LISTEN, PLAUDIT_HUB__TICK_MS) and on the command line (--listen, --set hub.tick_ms=50), which
# win over this file in this order. `plaudit check --config FILE` tells whether a file is sound.
#
# This file holds secret keys: keep it readable for the server only.
";

const MARKDOWN_HEAD: &str = "\
<!-- Generated from crates/server/src/config by `UPDATE_DOCS=1 cargo nextest run -p plaudit-server`; do not edit. -->

# Configuration

A server needs one thing to know: an app, that is an id and a secret key. Everything else has a default.

```
plaudit serve --app 1400000001:SECRET          # no file at all
plaudit init && plaudit serve --config plaudit.toml
```

What is given later in this list wins:

1. the defaults below;
2. a TOML file: `--config FILE`, or the one that the variable `PLAUDIT_CONFIG` names;
3. the environment: `PLAUDIT_` and the name in capitals, with two underscores between section and setting:
   `PLAUDIT_LISTEN`, `PLAUDIT_HUB__TICK_MS`. Items of a list are separated by commas. An unknown `PLAUDIT_` variable is
   an error, except those that Kubernetes makes for a service with the name `plaudit` (`PLAUDIT_SERVICE_*`,
   `PLAUDIT_PORT*`);
4. the command line: `--listen`, `--admin-listen`, `--data`, and `--set section.setting=value` for everything else.

Relative paths count from the folder in which the server is started. A setting that is wrong keeps the server from
starting, with a message that names the setting, the value and what is allowed; the exit code is 2.
`plaudit check --config FILE` looks without starting.
";

const MARKDOWN_APPS: &str = "
## `[[apps]]`

The tenants, one such section for each. They can also be given without a file:

| where | environment | command line |
|---|---|---|
| directly, `ID:SECRET` | `PLAUDIT_APP` (several with commas) | `--app` (again for each) |
| in a file with one `ID:SECRET` per line; lines that begin with `#` are skipped | `PLAUDIT_APP_FILE` | `--app-file` |
| admins of the apps that are given so | `PLAUDIT_ADMIN` (several with commas) | `--admin` (again for each) |

Other users of the machine can read a command line; a file or the environment keeps a key better. The same app may stand
in several sources: the later one replaces its keys and keeps the rest, so that a file without keys and a variable with
them go together. Within one source an app stands once, and no two apps share a key. The demo key, which is public, is
refused when `listen` is not a loopback address.

| setting | default | allowed | meaning |
|---|---|---|---|
";

/// Fails when the page of `docs/` is not what the code says; with `UPDATE_DOCS` in the environment it is rewritten.
#[cfg(test)]
pub(crate) fn assert_current(page: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let on_disk = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        on_disk == text,
        "docs/{page} is not current: run UPDATE_DOCS=1 cargo nextest run -p plaudit-server"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};

    fn loaded(text: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plaudit.toml");
        std::fs::write(&file, text).unwrap();
        Config::load(&Sources {
            file: Some(file),
            ..Sources::default()
        })
        .unwrap()
    }

    fn expected() -> Config {
        Config {
            apps: vec![super::super::App::new(AppId(7), Secret::new("abc"))],
            ..Config::default()
        }
    }

    #[test]
    fn the_template_says_the_defaults() {
        let text = template(AppId(7), &Secret::new("abc"));
        assert_eq!(loaded(&text), expected());
    }

    #[test]
    fn the_template_without_its_comment_signs_still_says_the_defaults() {
        let text = template(AppId(7), &Secret::new("abc"));
        let is_setting = |line: &&str| line.starts_with('#') && !line.starts_with("# ") && line.len() > 1;
        let settings = text.lines().filter(is_setting).count();
        let declared: usize = sections::all().iter().map(|section| section.fields.len()).sum();
        assert_eq!(settings, declared + apps::FIELDS.len() - 2, "all but id and keys");
        let bare: Vec<_> = text
            .lines()
            .map(|line| {
                if is_setting(&line) {
                    line.trim_start_matches('#')
                } else {
                    line
                }
            })
            .filter(|line| !line.starts_with("key_files"))
            .collect();
        assert_eq!(loaded(&bare.join("\n")), expected());
    }

    #[test]
    fn the_documentation_is_current() {
        assert_current("configuration.md", &markdown());
    }
}
