//! `docs/compatibility.md`: the tables of commands as people read them, between what is written by hand.

use super::{rest, websdk};
use std::fmt::Write;
use tim::codes::gateway;

/// What is written by hand, with a place for each table.
const PAGE: &str = include_str!("compatibility.md");

/// The page.
pub fn markdown() -> String {
    PAGE.replace("{{rest}}", &rest_rows())
        .replace("{{websdk}}", &websdk_rows())
}

fn refused(code: i32) -> String {
    format!("**{code}**")
}

fn rest_rows() -> String {
    let mut text = String::new();
    let mut service = "";
    for command in rest::commands::ALL {
        let (of, word) = command.name.split_once('/').unwrap_or(("", command.name));
        if of != service {
            let _ = writeln!(text, "| **{of}** | | | |");
            service = of;
        }
        let standing = match command.does {
            rest::commands::Does::Run(_) => "yes".to_owned(),
            rest::commands::Does::Refuse { code, .. } => refused(code),
        };
        let rate = match command.too_often {
            gateway::COMMAND_RATE => command.per_s.to_string(),
            code => format!("{} ({code})", command.per_s),
        };
        let _ = writeln!(text, "| `{word}` | {standing} | {rate} | {} |", command.note);
    }
    text
}

fn websdk_rows() -> String {
    let mut text = String::new();
    for command in websdk::commands::ALL {
        let calls = match command.calls {
            "" => "asked by the SDK itself",
            calls => calls,
        };
        let who = match command.who {
            websdk::commands::Who::Anybody => "anybody",
            websdk::commands::Who::User => "user",
        };
        let standing = match command.does {
            websdk::commands::Does::Run(_) => "yes".to_owned(),
            websdk::commands::Does::Refuse { code, .. } => refused(code),
        };
        let _ = writeln!(
            text,
            "| {calls} | `{}` | {who} | {standing} | {} |",
            command.name, command.note
        );
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_compatibility_is_current() {
        crate::config::document::assert_current("compatibility.md", &super::markdown());
    }
}
